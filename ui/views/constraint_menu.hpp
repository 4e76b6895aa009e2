#pragma once

class QMenu;

namespace dq::ui {

class Session;

/// What a person may insist on for the selected matrices: pin, ban, least and most bits, and taking it back.
void fillConstraintMenu(QMenu& menu, Session& session);

}  // namespace dq::ui

#pragma once

#include <QString>

#include <string_view>

namespace dq::ui {

/// What the core calls a metric, palette, rule or phase, or says of it, in the window's language; as it is where there is
/// no translation.
QString coreWords(std::string_view english);

}  // namespace dq::ui

#pragma once

class QWidget;

namespace dq::ui {

/// Keeps a window at least as high as its wrapped sentences take at its width: Qt makes none higher than two thirds of the
/// screen, which is little at 200 %.
void keepWordsWhole(QWidget* window);

}  // namespace dq::ui

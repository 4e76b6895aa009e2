#pragma once

#include <Qt>

#include <optional>

namespace dq::ui {

/// How many vertices of the front a key steps, on the plot as on the slider; absent: it is no such key.
inline std::optional<int> stepsOf(int key) {
    switch (key) {
        case Qt::Key_Right:
        case Qt::Key_Up:
            return 1;
        case Qt::Key_Left:
        case Qt::Key_Down:
            return -1;
        case Qt::Key_PageUp:
            return 10;
        case Qt::Key_PageDown:
            return -10;
        default:
            return {};
    }
}

}  // namespace dq::ui

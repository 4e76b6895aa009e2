#pragma once

#include <QIcon>

namespace dq::ui {

enum class IconInk { Text, OnAccent, Measured };

/// One of our drawings, ":/icons/NAME.svg", in the colour of the text beside it or of measured points: that of the theme at the time it is
/// painted, muted where its action cannot be had. Sharp at every scale, square, at the left of a wider box.
QIcon icon(const QString& name, IconInk ink = IconInk::Text);

}  // namespace dq::ui

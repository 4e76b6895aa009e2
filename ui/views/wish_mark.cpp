#include "ui/views/wish_mark.hpp"

#include <QPainter>

#include <algorithm>

namespace dq::ui {

void drawWishMark(QPainter& painter, const QPointF& at, double radius, bool pinned) {
    const QColor ink("#1f2933");  // on white in both themes: what it stands on is not the theme's
    painter.setPen(Qt::NoPen);
    painter.setBrush(Qt::white);
    painter.drawEllipse(at, radius + 1, radius + 1);
    painter.setBrush(ink);
    painter.drawEllipse(at, radius, radius);
    if (pinned) return;
    painter.setBrush(Qt::white);
    painter.drawEllipse(at, std::max(radius - 1.5, 0.7), std::max(radius - 1.5, 0.7));
}

}  // namespace dq::ui

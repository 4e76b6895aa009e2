#pragma once

class QPainter;
class QPointF;

namespace dq::ui {

/// A dot: pinned. A ring: limited. Ink inside white, so that it reads on every colour.
void drawWishMark(QPainter& painter, const QPointF& at, double radius, bool pinned);

}  // namespace dq::ui

#pragma once

#include <QPolygonF>
#include <QRectF>

#include <optional>
#include <vector>

namespace dq::ui {

/// A text that wants to stand near its point.
struct Label {
    QPointF anchor;
    QSizeF size;
    double clearance = 7;  // from the point's middle to the text
};

/// A place for each label, in order of importance: beside its point where free, else farther off, never over
/// another label, a point or the line; absent where it found none.
std::vector<std::optional<QRectF>> placeLabels(const std::vector<Label>& labels, const QRectF& bounds,
                                               std::vector<QRectF> taken, const QPolygonF& line);

/// Whether an open polyline passes through the rectangle.
bool crosses(const QPolygonF& line, const QRectF& rect);

}  // namespace dq::ui

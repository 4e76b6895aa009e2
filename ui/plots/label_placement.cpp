#include "ui/plots/label_placement.hpp"

#include <QLineF>

#include <algorithm>
#include <array>

namespace dq::ui {

namespace {

/// Directions in order of preference: a falling curve leaves the upper right free.
constexpr std::array<QPointF, 8> directions = {QPointF(1, -0.6), QPointF(1, 0.1),  QPointF(0.1, -1),
                                               QPointF(1, 0.8),  QPointF(-1, 0.7), QPointF(-1, -0.6),
                                               QPointF(-1, 0),   QPointF(0, 1)};
constexpr double lineClearance = 7;  // the handle's radius: it rides on the line and must touch no label
constexpr std::array<double, 4> distances = {1, 1.9, 3.2, 4.8};

QRectF placed(const Label& label, const QPointF& direction, double distance) {
    const double reach = label.clearance * distance;
    const QPointF middle(label.anchor.x() + direction.x() * (reach + label.size.width() / 2),
                         label.anchor.y() + direction.y() * (reach + label.size.height() / 2));
    return {middle.x() - label.size.width() / 2, middle.y() - label.size.height() / 2, label.size.width(),
            label.size.height()};
}

bool isFree(const QRectF& rect, const QRectF& bounds, const std::vector<QRectF>& taken,
            const QPolygonF& line) {
    if (!bounds.contains(rect)) return false;
    const QRectF margin = rect.adjusted(-2, 0, 2, 0);
    for (const QRectF& other : taken)
        if (other.intersects(margin)) return false;
    return !crosses(line, rect.adjusted(-lineClearance, -lineClearance, lineClearance, lineClearance));
}

}  // namespace

bool crosses(const QPolygonF& line, const QRectF& rect) {
    const std::array<QLineF, 2> diagonals = {QLineF(rect.topLeft(), rect.bottomRight()),
                                             QLineF(rect.topRight(), rect.bottomLeft())};
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (rect.contains(line[i])) return true;
        if (i == 0) continue;
        const QLineF piece(line[i - 1], line[i]);
        if (std::max(line[i - 1].x(), line[i].x()) < rect.left() ||
            std::min(line[i - 1].x(), line[i].x()) > rect.right())
            continue;
        for (const QLineF& diagonal : diagonals)
            if (piece.intersects(diagonal, nullptr) == QLineF::BoundedIntersection) return true;
    }
    return false;
}

std::vector<std::optional<QRectF>> placeLabels(const std::vector<Label>& labels, const QRectF& bounds,
                                               std::vector<QRectF> taken, const QPolygonF& line) {
    std::vector<std::optional<QRectF>> places;
    for (const Label& label : labels) {
        std::optional<QRectF> place;
        for (const double distance : distances) {
            for (const QPointF& direction : directions) {
                const QRectF rect = placed(label, direction, distance);
                if (!isFree(rect, bounds, taken, line)) continue;
                place = rect;
                break;
            }
            if (place) break;
        }
        if (place) taken.push_back(*place);
        places.push_back(place);
    }
    return places;
}

}  // namespace dq::ui

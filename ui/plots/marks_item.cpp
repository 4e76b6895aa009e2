#include "ui/plots/marks_item.hpp"

#include <cmath>

#include "ui/theme/theme.hpp"

namespace dq::ui {

MarksItem::MarksItem(QCustomPlot* plot) : QCPAbstractItem(plot) {
    setSelectable(false);
}

void MarksItem::set(std::vector<Mark> marks, QVector<QPointF> line) {
    marks_ = std::move(marks);
    line_ = std::move(line);
}

QPointF MarksItem::pixel(double x, double y) const {
    return {mParentPlot->xAxis->coordToPixel(x), mParentPlot->yAxis->coordToPixel(y)};
}

QPolygonF MarksItem::linePixels() const {
    QPolygonF pixels;
    pixels.reserve(line_.size());
    for (const QPointF& point : line_)
        pixels.append(pixel(point.x(), point.y()));
    return pixels;
}

int MarksItem::markAt(const QPointF& position, double reach) const {
    int nearest = -1;
    double best = reach;
    for (std::size_t i = 0; i < marks_.size(); ++i) {
        const QPointF away = pixel(marks_[i].x, marks_[i].y) - position;
        const double distance = std::hypot(away.x(), away.y());
        if (distance > best) continue;
        best = distance;
        nearest = static_cast<int>(i);
    }
    return nearest;
}

void MarksItem::draw(QCPPainter* painter) {
    painter->setAntialiasing(true);
    drawLabels(painter);
    for (auto mark = marks_.rbegin(); mark != marks_.rend(); ++mark)
        drawMark(painter, *mark);
}

void MarksItem::drawMark(QCPPainter* painter, const Mark& mark) const {
    const QPointF at = pixel(mark.x, mark.y);
    const double half = mark.size / 2;
    QPen pen(mark.color, 1.5);
    painter->setPen(pen);
    painter->setBrush(mark.shape == Mark::Shape::Square || mark.shape == Mark::Shape::Disc ? mark.color
                                                                                           : theme().card);
    if (mark.low < mark.high) drawWhiskers(painter, mark, half);
    switch (mark.shape) {
        case Mark::Shape::Square:
            painter->setPen(Qt::NoPen);
            painter->drawRect(QRectF(at.x() - half, at.y() - half, mark.size, mark.size));
            break;
        case Mark::Shape::Disc:
        case Mark::Shape::Ring:
            painter->drawEllipse(at, half, half);
            break;
        case Mark::Shape::Diamond:
            painter->drawPolygon(QPolygonF({at + QPointF(0, -half), at + QPointF(half, 0),
                                            at + QPointF(0, half), at + QPointF(-half, 0)}));
            break;
    }
}

void MarksItem::drawWhiskers(QCPPainter* painter, const Mark& mark, double half) const {
    const QPointF low = pixel(mark.x, mark.low), high = pixel(mark.x, mark.high);
    painter->drawLine(QLineF(low, high));
    for (const QPointF& end : {low, high})
        painter->drawLine(QLineF(end - QPointF(half, 0), end + QPointF(half, 0)));
}

void MarksItem::drawLabels(QCPPainter* painter) {
    std::vector<Label> labels;
    std::vector<QRectF> taken;
    std::vector<const Mark*> labelled;
    for (const Mark& mark : marks_) {
        const QPointF at = pixel(mark.x, mark.y);
        taken.emplace_back(at.x() - mark.size / 2, at.y() - mark.size / 2, mark.size, mark.size);
        if (mark.label.isEmpty() || !mParentPlot->axisRect()->rect().contains(at.toPoint())) continue;
        const QFontMetricsF metrics(mark.bold ? figureFont() : captionFont());
        labels.push_back(
            {at, {metrics.horizontalAdvance(mark.label) + 1, metrics.ascent() + 1}, mark.size / 2 + 4});
        labelled.push_back(&mark);
    }
    const QRectF bounds = QRectF(mParentPlot->axisRect()->rect()).adjusted(2, 2, -2, -2);
    const auto places = placeLabels(labels, bounds, std::move(taken), linePixels());
    labelRects_.clear();
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!places[i]) continue;
        labelRects_.push_back(*places[i]);
        const Mark& mark = *labelled[i];
        const QPointF at = labels[i].anchor, middle = places[i]->center();
        const QPointF nearest(std::clamp(at.x(), places[i]->left(), places[i]->right()),
                              std::clamp(at.y(), places[i]->top(), places[i]->bottom()));
        if (std::hypot(nearest.x() - at.x(), nearest.y() - at.y()) > mark.size / 2 + 9) {
            painter->setPen(QPen(theme().hairline, 0));
            painter->drawLine(QLineF(at, nearest));
        }
        painter->setFont(mark.bold ? figureFont() : captionFont());
        painter->setPen(mark.labelColor);
        painter->drawText(QRectF(middle.x() - 200, middle.y() - 20, 400, 40), Qt::AlignCenter, mark.label);
    }
}

}  // namespace dq::ui

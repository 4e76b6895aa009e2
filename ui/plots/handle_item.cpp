#include "ui/plots/handle_item.hpp"

#include <algorithm>

#include "ui/plots/label_placement.hpp"
#include "ui/theme/theme.hpp"

namespace dq::ui {

namespace {
constexpr double radius = 7, focusRadius = 11, away = 16, tied = 60;
constexpr double padX = 10, padY = 7, lineGap = 3;
}  // namespace

HandleItem::HandleItem(QCustomPlot* plot) : QCPAbstractItem(plot) {
    setSelectable(false);
}

void HandleItem::set(double x, double y, QString title, QString detail) {
    x_ = x;
    y_ = y;
    title_ = std::move(title);
    detail_ = std::move(detail);
}

void HandleItem::avoid(QPolygonF line, std::vector<QRectF> labels) {
    line_ = std::move(line);
    labels_ = std::move(labels);
}

QPointF HandleItem::position() const {
    return {mParentPlot->xAxis->coordToPixel(x_), mParentPlot->yAxis->coordToPixel(y_)};
}

QRectF HandleItem::calloutRect(const QPointF& at) const {
    const QFontMetricsF title(figureFont()), detail(captionFont());
    const QSizeF size(std::max(title.horizontalAdvance(title_), detail.horizontalAdvance(detail_)) + 2 * padX,
                      title.height() + detail.height() + lineGap + 2 * padY);
    const QRectF bounds = QRectF(mParentPlot->axisRect()->rect()).adjusted(4, 4, -4, -4);
    QRectF best;
    int fewest = 1 << 20;
    for (const double distance : {away, away * 2.5, away * 5, away * 9, away * 14, away * 20}) {
        for (const QPointF side : {QPointF(0, -1), QPointF(-1, 0), QPointF(-1, -1), QPointF(0, 0)}) {
            // side: where the rectangle's corner lies relative to the point; (0,-1) is up and right
            QRectF rect(at.x() + (side.x() < 0 ? -distance - size.width() : distance),
                        at.y() + (side.y() < 0 ? -distance - size.height() : distance), size.width(),
                        size.height());
            rect.moveLeft(std::clamp(rect.left(), bounds.left(),
                                     std::max(bounds.left(), bounds.right() - size.width())));
            rect.moveTop(std::clamp(rect.top(), bounds.top(),
                                    std::max(bounds.top(), bounds.bottom() - size.height())));
            const auto covered = std::count_if(labels_.begin(), labels_.end(),
                                               [&](const QRectF& label) { return label.intersects(rect); });
            const int badness = static_cast<int>(covered) + (crosses(line_, rect) ? 1000 : 0) +
                                (rect.adjusted(-radius, -radius, radius, radius).contains(at) ? 500 : 0);
            if (badness >= fewest) continue;
            fewest = badness;
            best = rect;
            if (fewest == 0) return best;
        }
    }
    return best;
}

void HandleItem::draw(QCPPainter* painter) {
    const QPointF at = position();
    const QRect area = mParentPlot->axisRect()->rect();
    if (!area.adjusted(-2, -2, 2, 2).contains(at.toPoint())) return;  // zoomed away from
    const Theme& t = theme();
    painter->setAntialiasing(false);
    painter->setPen(QPen(t.accent, 1, Qt::DotLine));
    painter->drawLine(QLineF(at, QPointF(area.left(), at.y())));
    painter->drawLine(QLineF(at, QPointF(at.x(), area.bottom())));
    painter->setAntialiasing(true);
    if (focused_) {
        painter->setPen(QPen(t.accent, 1.5));
        painter->setBrush(t.accentWash);
        painter->drawEllipse(at, focusRadius, focusRadius);
    }
    callout_ = calloutRect(at);
    const QPointF nearest(std::clamp(at.x(), callout_.left(), callout_.right()), std::clamp(at.y(), callout_.top(), callout_.bottom()));
    if (QLineF(at, nearest).length() > tied) {  // else it is plain whose words they are
        painter->setPen(QPen(t.accent, 1));
        painter->drawLine(QLineF(at, nearest));
    }
    painter->setPen(QPen(t.card, 2));
    painter->setBrush(t.accent);
    painter->drawEllipse(at, radius, radius);

    painter->setPen(QPen(t.accent, 1));
    painter->setBrush(t.card);
    painter->drawRoundedRect(callout_.adjusted(0.5, 0.5, -0.5, -0.5), space::controlRadius,
                             space::controlRadius);
    const QFontMetricsF title(figureFont());
    painter->setFont(figureFont());
    painter->setPen(t.ink);
    painter->drawText(QPointF(callout_.left() + padX, callout_.top() + padY + title.ascent()), title_);
    painter->setFont(captionFont());
    painter->setPen(t.muted);
    painter->drawText(
        QPointF(callout_.left() + padX, callout_.bottom() - padY - QFontMetricsF(captionFont()).descent()),
        detail_);
}

}  // namespace dq::ui

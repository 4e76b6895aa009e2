#include "ui/plots/overlay_items.hpp"

#include <algorithm>

#include "ui/theme/theme.hpp"

namespace dq::ui {

CardsItem::CardsItem(QCustomPlot* plot) : QCPAbstractItem(plot) {
    setSelectable(false);
}

void CardsItem::draw(QCPPainter* painter) {
    const QRectF area = mParentPlot->axisRect()->rect();
    painter->setAntialiasing(false);
    painter->setFont(captionFont());
    const QFontMetricsF metrics(captionFont());
    double free = area.left();  // names are written from left to right, never over one another
    for (const Card& card : cards_) {
        const double x = mParentPlot->xAxis->coordToPixel(card.x);
        if (x < area.left() || x > area.right()) continue;
        painter->setPen(QPen(theme().muted, 1, Qt::DashLine));
        painter->drawLine(QLineF(x, area.top(), x, area.bottom()));
        const double width = metrics.horizontalAdvance(card.label);
        const double left = x - 5 - width >= free ? x - 5 - width : x + 5;
        if (left < free || left + width > area.right()) continue;
        painter->setPen(theme().muted);
        painter->drawText(QPointF(left, area.top() + metrics.ascent() + 2), card.label);
        free = std::max(x, left + width) + 6;
    }
}

FeasibleItem::FeasibleItem(QCustomPlot* plot) : QCPAbstractItem(plot) {
    setSelectable(false);
}

void FeasibleItem::draw(QCPPainter* painter) {
    if (!(from_ < to_)) return;
    const QRectF area = mParentPlot->axisRect()->rect();
    QRectF range = area;
    range.setLeft(mParentPlot->xAxis->coordToPixel(from_));
    range.setRight(mParentPlot->xAxis->coordToPixel(to_));
    QColor wash = theme().accentWash;
    wash.setAlphaF(0.3F);
    painter->setAntialiasing(false);
    painter->fillRect(range.intersected(area), wash);
}

CrosshairItem::CrosshairItem(QCustomPlot* plot) : QCPAbstractItem(plot) {
    setSelectable(false);
}

void CrosshairItem::set(const QPointF& at, QString size, QString loss) {
    at_ = at;
    size_ = std::move(size);
    loss_ = std::move(loss);
}

void CrosshairItem::drawChip(QCPPainter* painter, const QPointF& middle, const QString& words) const {
    const QFontMetricsF metrics(captionFont());
    QRectF chip(0, 0, metrics.horizontalAdvance(words) + 10, metrics.height() + 3);
    chip.moveCenter(middle);
    const QRectF room = QRectF(mParentPlot->rect()).adjusted(1, 1, -1, -1);
    chip.moveLeft(std::clamp(chip.left(), room.left(), std::max(room.left(), room.right() - chip.width())));
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme().muted);
    painter->drawRoundedRect(chip, 3, 3);
    painter->setPen(theme().card);
    painter->drawText(chip, Qt::AlignCenter, words);
}

void CrosshairItem::draw(QCPPainter* painter) {
    const QRectF area = mParentPlot->axisRect()->rect();
    const QPointF at(mParentPlot->xAxis->coordToPixel(at_.x()), mParentPlot->yAxis->coordToPixel(at_.y()));
    if (!area.contains(at)) return;
    painter->setAntialiasing(false);
    painter->setPen(QPen(theme().muted, 1));
    painter->drawLine(QLineF(at.x(), area.top(), at.x(), area.bottom()));
    painter->drawLine(QLineF(area.left(), at.y(), at.x(), at.y()));
    painter->setAntialiasing(true);
    painter->setPen(QPen(theme().card, 1.5));
    painter->setBrush(theme().muted);
    painter->drawEllipse(at, 3.5, 3.5);
    painter->setFont(captionFont());
    drawChip(painter, {at.x(), area.bottom() + 10}, size_);
    drawChip(painter, {area.left() - 20, at.y()}, loss_);
}

}  // namespace dq::ui

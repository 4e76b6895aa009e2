#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

#include "ui/views/water_view.hpp"

/// What mouse and keys do to the water.
namespace dq::ui {

namespace {
constexpr double reach = 7;  // of the surface, in pixels
}

bool WaterView::onSurface(const QPointF& position) const {
    return emptyText().isEmpty() && std::abs(position.y() - surface()) <= reach;
}

void WaterView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !emptyText().isEmpty()) return;
    dragging_ = onSurface(event->position());
    if (dragging_)
        grab_ = event->position().y() - surface();
    else if (const int matrix = matrixAt(event->position()); matrix >= 0)
        emit picked(matrix);
}

void WaterView::mouseMoveEvent(QMouseEvent* event) {
    if (!dragging_) return point(event->position(), event->globalPosition().toPoint());
    QToolTip::hideText();
    const double y = event->position().y() - grab_;
    // Under the picture's foot a byte buys nothing: all of them.
    emit priceAsked(y >= height() - reach ? 0 : priceOfLevel(heightAt(y)));
}

void WaterView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) dragging_ = false;
}

void WaterView::point(const QPointF& at, const QPoint& global) {
    setCursor(onSurface(at) ? Qt::SizeVerCursor : Qt::ArrowCursor);
    const int matrix = matrixAt(at);
    if (matrix == hovered_) return;
    setHovered(matrix);
    emit hovered(matrix);
    if (matrix >= 0 && words_)
        QToolTip::showText(global, words_(matrix), this);
    else
        QToolTip::hideText();
}

void WaterView::leaveEvent(QEvent*) {
    setHovered(-1);
    emit hovered(-1);
}

void WaterView::keyPressEvent(QKeyEvent* event) {
    const int walk = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (walk != 0 && emptyText().isEmpty()) {
        const int last = static_cast<int>(water_->columns.size()) - 1;
        const int to = std::clamp(columnOf(selected_) + walk, 0, last);
        return emit picked(water_->columns[static_cast<std::size_t>(to)].matrix);
    }
    switch (event->key()) {  // a higher surface is a smaller budget
        case Qt::Key_Up:
            return emit stepAsked(-1);
        case Qt::Key_Down:
            return emit stepAsked(1);
        case Qt::Key_PageUp:
            return emit stepAsked(-10);
        case Qt::Key_PageDown:
            return emit stepAsked(10);
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace dq::ui

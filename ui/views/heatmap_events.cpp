#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QToolTip>

#include <algorithm>

#include "ui/views/heatmap.hpp"

/// What mouse and keys do to the map.
namespace dq::ui {

std::vector<int> Heatmap::within(const QRectF& area) const {
    std::vector<int> matrices;
    map_.forEach([&](const LayerMap::Place& place, int matrix) {
        if (area.intersects(placeRect(place))) matrices.push_back(matrix);
    });
    return matrices;
}

/// Who stands in these cells.
std::vector<int> Heatmap::allIn(const std::vector<int>& cells) const {
    std::vector<int> all;
    for (const int cell : cells) {
        const std::vector<int> members = map_.membersOf(cell);
        all.insert(all.end(), members.begin(), members.end());
    }
    std::sort(all.begin(), all.end());
    return all;
}

/// The rectangle two cells span.
std::vector<int> Heatmap::between(int from, int to) const {
    const QRectF a = cellRect(from), b = cellRect(to);
    return a.isValid() && b.isValid() ? within(a.united(b).adjusted(1, 1, -1, -1)) : std::vector<int>{to};
}

void Heatmap::pick(int matrix, Qt::KeyboardModifiers keys) {
    if (keys.testFlag(Qt::ShiftModifier) && anchor_ >= 0)
        return emit picked(allIn(between(anchor_, matrix)), matrix);
    anchor_ = matrix;
    if (!keys.testFlag(Qt::ControlModifier)) return emit picked(map_.membersOf(matrix), matrix);
    std::set<int> chosen = chosen_;
    const bool had = chosen.contains(matrix);
    for (const int member : map_.membersOf(matrix))
        had ? static_cast<void>(chosen.erase(member)) : static_cast<void>(chosen.insert(member));
    if (chosen.empty()) return;  // something is always looked at
    emit picked({chosen.begin(), chosen.end()}, chosen.contains(matrix) ? matrix : *chosen.begin());
}

void Heatmap::pickBand() {
    std::set<int> chosen = before_;
    const std::vector<int> caught = allIn(within(band_));
    chosen.insert(caught.begin(), caught.end());
    if (chosen.empty()) return;
    emit picked({chosen.begin(), chosen.end()}, chosen.contains(selected_) ? selected_ : *chosen.begin());
}

void Heatmap::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    pressed_ = event->position();
    before_ = event->modifiers().testFlag(Qt::ControlModifier) ? chosen_ : std::set<int>{};
    if (const int matrix = matrixAt(event->position()); matrix >= 0) pick(matrix, event->modifiers());
}

void Heatmap::mouseMoveEvent(QMouseEvent* event) {
    if (!pressed_) return hover(*event);
    const QRectF band = QRectF(*pressed_, event->position()).normalized();
    if (band_.isNull() && std::max(band.width(), band.height()) < QApplication::startDragDistance()) return;
    band_ = band;
    QToolTip::hideText();
    pickBand();
    update();
}

void Heatmap::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    pressed_.reset();
    band_ = {};
    update();
}

void Heatmap::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const int matrix = matrixAt(event->position()); map_.isCrowd(matrix)) emit opened(matrix);
}

void Heatmap::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const int matrix = byKey ? selected_ : matrixAt(event->pos());
    if (matrix < 0) return;
    if (!isChosen(matrix)) emit picked(map_.membersOf(matrix), matrix);
    QToolTip::hideText();
    emit menuAsked(byKey ? mapToGlobal(cellRect(matrix).center().toPoint()) : event->globalPos());
}

void Heatmap::hover(const QMouseEvent& event) {
    const int matrix = matrixAt(event.position());
    if (matrix == map_.cellOf(hovered_)) return;
    setHovered(matrix);
    emit hovered(matrix);
    if (matrix >= 0 && words_)
        QToolTip::showText(event.globalPosition().toPoint(), words_(matrix), this);
    else
        QToolTip::hideText();
}

void Heatmap::leaveEvent(QEvent*) {
    setHovered(-1);
    emit hovered(-1);
}

void Heatmap::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::SelectAll)) {
        const std::vector<int> all = allIn(within(rect()));
        if (!all.empty()) emit picked(all, std::max(selected_, 0));
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        return emit opened(map_.cellOf(selected_));
    if (event->key() == Qt::Key_Escape) return emit opened(-1);
    const int dx = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    const int dy = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    if (dx == 0 && dy == 0) return QWidget::keyPressEvent(event);
    const auto place = map_.placeOf(selected_);
    const int matrix =
        place ? map_.at(map_.stepped(*place, dx, dy))
              : (map_.cells.empty() ? (map_.apart.empty() ? -1 : map_.apart.front()) : map_.cells.front());
    if (matrix >= 0) pick(matrix, event->modifiers() & Qt::ShiftModifier);
}

}  // namespace dq::ui

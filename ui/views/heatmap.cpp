#include "ui/views/heatmap.hpp"

#include <QEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

#include "ui/theme/theme.hpp"
#include "ui/views/wish_mark.hpp"

namespace dq::ui {

namespace {
constexpr double labelWidth = 46, axisHeight = 17, gap = 1, apartGap = 16, narrowestApart = 34,
                 widestApart = 64;
constexpr double tallestCell = 30;
constexpr double roomForNumber = 34;  // cells this wide carry their bits as a number
}  // namespace

Heatmap::Heatmap(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Bits by layer and role"));
}

void Heatmap::setMap(const LayerMap& map) {
    map_ = map;
    states_.clear();
    measured_.clear();
    latest_ = selected_ = hovered_ = anchor_ = -1;
    chosen_.clear();
    wishes_.clear();
    refresh();
}

void Heatmap::setStates(const std::vector<MatrixState>& states) {
    states_ = states;
    refresh();
}

void Heatmap::setSelected(const std::vector<int>& matrices, int current) {
    if (selected_ != current) anchor_ = matrices.size() > 1 ? anchor_ : current;
    chosen_ = {matrices.begin(), matrices.end()};
    selected_ = current;
    QString spoken = words_ ? words_(current) : QString();
    setAccessibleDescription(spoken.replace("<br>", ". ").remove("<b>").remove("</b>"));
    update();
}

void Heatmap::setHovered(int matrix) {
    if (matrix == hovered_) return;
    hovered_ = matrix;
    update();
}

void Heatmap::setWishes(const Wishes& wishes) {
    if (wishes == wishes_) return;
    wishes_ = wishes;
    refresh();
}

void Heatmap::markMeasured(int matrix) {
    measured_.insert(matrix);
    latest_ = matrix;
    refresh();
}

void Heatmap::clearMeasured() {
    measured_.clear();
    latest_ = -1;
    refresh();
}

void Heatmap::refresh() {
    stale_ = true;
    update();
}

Heatmap::Geometry Heatmap::geometry() const {
    const double apart = static_cast<double>(map_.apart.size());
    const double all = width() - labelWidth;
    Geometry g;
    g.apartWidth = std::clamp(all / (map_.layers + apart), narrowestApart, widestApart);
    const double room = std::max(10.0, all - (apart > 0 ? apartGap + apart * g.apartWidth : 0));
    const double cell = map_.layers > 0 ? room / map_.layers : 0;
    const double rows = std::max<double>(1, static_cast<double>(map_.roles.size()));
    const double tall = std::min((height() - axisHeight) / rows, tallestCell);
    g.cells = {labelWidth, 0, cell * map_.layers, tall * static_cast<double>(map_.roles.size())};
    g.apartLeft = g.cells.right() + (map_.layers > 0 ? apartGap : 0);
    return g;
}

QRectF Heatmap::placeRect(const LayerMap::Place& place) const {
    const Geometry g = geometry();
    if (place.column >= map_.layers) {
        const double tall = map_.roles.isEmpty() ? height() - axisHeight : g.cells.height();
        return QRectF(std::round(g.apartLeft + place.row * g.apartWidth), 0,
                      std::round(g.apartWidth) - 2 * gap, std::round(tall) - gap);
    }
    // Edges are rounded, not widths: cells stay crisp and fill the row whatever its width.
    const double rows = static_cast<double>(map_.roles.size());
    const double left = std::round(g.cells.left() + g.cells.width() * place.column / map_.layers);
    const double right = std::round(g.cells.left() + g.cells.width() * (place.column + 1) / map_.layers);
    const double top = std::round(g.cells.height() * place.row / rows);
    const double bottom = std::round(g.cells.height() * (place.row + 1) / rows);
    return {left, top, right - left - gap, bottom - top - gap};
}

QRectF Heatmap::cellRect(int matrix) const {
    const auto place = map_.placeOf(matrix);
    return place ? placeRect(*place) : QRectF();
}

int Heatmap::matrixAt(const QPointF& position) const {
    const Geometry g = geometry();
    if (!map_.apart.empty() && position.x() >= g.apartLeft && position.y() < height() - axisHeight) {
        const auto column = static_cast<std::size_t>((position.x() - g.apartLeft) / g.apartWidth);
        return column < map_.apart.size() ? map_.apart[column] : -1;
    }
    if (!g.cells.contains(position)) return -1;
    const int column = std::min(
        static_cast<int>((position.x() - g.cells.left()) * map_.layers / g.cells.width()), map_.layers - 1);
    const auto rows = static_cast<int>(map_.roles.size());
    const int row = std::min(static_cast<int>(position.y() * rows / g.cells.height()), rows - 1);
    return map_.at(row, column);
}

QString Heatmap::toText() const {
    return map_.toText([this](int matrix) {
        if (!states_.empty()) return bitsNumber(states_[static_cast<std::size_t>(matrix)].bits);
        return measured_.contains(matrix) ? QStringLiteral("+") : QStringLiteral(".");
    });
}

QColor Heatmap::colorOf(int matrix) const {
    if (!states_.empty()) return bitsColor(states_[static_cast<std::size_t>(matrix)].bits);
    if (matrix == latest_) return theme().accent;
    return measured_.contains(matrix) ? theme().accentWash : theme().window;
}

void Heatmap::drawCell(QPainter& painter, const QRectF& rect, int matrix) const {
    const QColor color = colorOf(matrix);
    painter.fillRect(rect, color);
    const bool pale = states_.empty() || color == theme().kept;
    if (pale) {
        painter.setPen(QPen(theme().hairline, 0));
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    if (states_.empty() || rect.width() < roomForNumber || rect.height() < 13) return;
    painter.setPen(pale ? theme().ink : inkOn(color));
    painter.drawText(rect, Qt::AlignCenter,
                     QString::number(states_[static_cast<std::size_t>(matrix)].bits, 'g', 3));
}

void Heatmap::drawCells(QPainter& painter) const {
    painter.setFont(captionFont());
    map_.forEach(
        [&](const LayerMap::Place& place, int matrix) { drawCell(painter, placeRect(place), matrix); });
}

void Heatmap::drawLabels(QPainter& painter) const {
    painter.setFont(captionFont());
    painter.setPen(theme().muted);
    for (int row = 0; row < map_.roles.size(); ++row) {
        const QRectF first = placeRect({row, 0});
        painter.drawText(QRectF(0, first.top() - 4, labelWidth - 8, first.height() + 8),
                         Qt::AlignRight | Qt::AlignVCenter, map_.roles[row]);
    }
    const double bottom = geometry().cells.bottom();
    const double cell = geometry().cells.width() / std::max(map_.layers, 1);
    const int every = cell >= 22 ? 1 : cell * 5 >= 22 ? 5 : 10;
    for (int column = 0; column < map_.layers; ++column) {
        if (column % every != 0 && column != map_.layers - 1) continue;
        const int before = column / every * every;
        if (column == map_.layers - 1 && column != before && (column - before) * cell < 22) continue;
        const QRectF rect = placeRect({0, column});
        painter.drawText(QRectF(rect.center().x() - 20, bottom, 40, axisHeight),
                         Qt::AlignHCenter | Qt::AlignBottom, QString::number(column));
    }
    for (int i = 0; i < static_cast<int>(map_.apart.size()); ++i) {
        const QRectF rect = placeRect({i, map_.layers});
        painter.drawText(QRectF(rect.center().x() - 30, rect.bottom() + 1, 60, axisHeight - 1),
                         Qt::AlignHCenter | Qt::AlignBottom, map_.apartLabels[i]);
    }
}

void Heatmap::paintEvent(QPaintEvent*) {
    if (stale_) {
        drawn_ = QPixmap(size() * devicePixelRatioF());
        drawn_.setDevicePixelRatio(devicePixelRatioF());
        drawn_.fill(theme().card);
        QPainter painter(&drawn_);
        painter.setRenderHint(QPainter::TextAntialiasing);
        drawCells(painter);
        drawWishes(painter);
        drawLabels(painter);
        stale_ = false;
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, drawn_);
    painter.setRenderHint(QPainter::Antialiasing);
    if (const QRectF hover = cellRect(hovered_); hover.isValid() && hovered_ != selected_) {
        painter.setPen(QPen(theme().ink, 1));
        painter.drawRoundedRect(hover.adjusted(-0.5, -0.5, 0.5, 0.5), 2, 2);
    }
    drawSelection(painter);
    if (band_.isNull()) return;
    QColor wash = theme().accent;
    wash.setAlphaF(0.18F);
    painter.setPen(QPen(theme().accent, 1));
    painter.setBrush(wash);
    painter.drawRect(band_);
}

void Heatmap::drawFrame(QPainter& painter, const QRectF& rect, bool current) const {
    painter.setPen(QPen(theme().card, current ? 4 : 3));
    painter.drawRoundedRect(rect, 2, 2);
    painter.setPen(QPen(hasFocus() ? theme().accent : theme().ink, current ? 2 : 1.2));
    painter.drawRoundedRect(rect, 2, 2);
}

void Heatmap::drawSelection(QPainter& painter) const {
    if (chosen_.size() > 1)
        map_.forEach([&](const LayerMap::Place& place, int matrix) {
            if (isChosen(matrix)) drawFrame(painter, placeRect(place), false);
        });
    if (const QRectF chosen = cellRect(selected_); chosen.isValid()) drawFrame(painter, chosen, true);
}

/// Ink inside white, so that it reads on every colour.
void Heatmap::drawWishes(QPainter& painter) const {
    if (wishes_.empty()) return;
    painter.setRenderHint(QPainter::Antialiasing);
    map_.forEach([&](const LayerMap::Place& place, int matrix) {
        const auto wish = wishes_.find(matrix);
        if (wish == wishes_.end()) return;
        const QRectF rect = placeRect(place);
        const double radius = std::clamp(std::min(rect.width(), rect.height()) / 2 - 1, 1.5, 3.5);
        const bool wide = rect.width() >= roomForNumber;
        drawWishMark(painter, {wide ? rect.right() - radius - 4 : rect.center().x(), rect.center().y()},
                     radius, !wish->second.pin.empty());
    });
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void Heatmap::resizeEvent(QResizeEvent*) {
    refresh();
}

void Heatmap::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) refresh();
    QWidget::changeEvent(event);
}

}  // namespace dq::ui

#include "ui/views/heatmap.hpp"

#include <QEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/theme/theme.hpp"
#include "ui/views/wish_mark.hpp"

namespace dq::ui {

namespace {
constexpr double narrowestLabels = 46, axisHeight = 17, gap = 1, apartGap = 16, narrowestApart = 34,
                 widestApart = 64, widestLabels = 104;
constexpr double tallestCell = 30;
constexpr double roomForNumber = 34;  // cells this wide carry their bits as a number
constexpr double roomForGap = 5, roomForLabel = 11;

/// Of the members that have a value; none has: NaN.
double meanOver(const std::vector<int>& members, const std::function<double(std::size_t)>& value) {
    double sum = 0;
    int count = 0;
    for (const int member : members)
        if (const double one = value(static_cast<std::size_t>(member)); !std::isnan(one)) sum += one, ++count;
    return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}
}  // namespace

Heatmap::Heatmap(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Bits by layer and role"));
}

void Heatmap::setMap(const LayerMap& map) {
    map_ = map;
    labels_ = narrowestLabels;
    const QFontMetricsF metrics(captionFont());
    for (const QString& row : map_.rows)
        labels_ = std::max(labels_, std::min(metrics.horizontalAdvance(row) + 10, widestLabels));
    states_.clear();
    measured_.clear();
    latest_ = selected_ = hovered_ = anchor_ = -1;
    chosen_.clear();
    wishes_.clear();
    shades_ = {};
    refresh();
}

void Heatmap::setStates(const std::vector<MatrixState>& states) {
    states_ = states;
    crowdBits_.clear();
    if (!states_.empty())
        for (const auto& [cell, members] : map_.crowds)
            crowdBits_[cell] = meanOver(members, [this](std::size_t m) { return states_[m].bits; });
    refresh();
}

void Heatmap::setShades(CellShades shades) {
    shades_ = std::move(shades);
    crowdShades_.clear();
    if (!shades_.at.empty())
        for (const auto& [cell, members] : map_.crowds)
            crowdShades_[cell] = meanOver(members, [this](std::size_t m) { return shades_.at[m]; });
    refresh();
}

double Heatmap::bitsOf(int cell) const {
    const auto crowd = crowdBits_.find(cell);
    return crowd == crowdBits_.end() ? states_[static_cast<std::size_t>(cell)].bits : crowd->second;
}

double Heatmap::shadeOf(int cell) const {
    if (const auto crowd = crowdShades_.find(cell); crowd != crowdShades_.end()) return crowd->second;
    const auto m = static_cast<std::size_t>(cell);
    return m < shades_.at.size() ? shades_.at[m] : std::numeric_limits<double>::quiet_NaN();
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
    measured_.insert(map_.cellOf(matrix));
    latest_ = map_.cellOf(matrix);
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
    const double all = width() - labels_;
    Geometry g;
    g.apartWidth = std::clamp(all / (map_.columns + apart), narrowestApart, widestApart);
    const double room = std::max(10.0, all - (apart > 0 ? apartGap + apart * g.apartWidth : 0));
    const double cell = map_.columns > 0 ? room / map_.columns : 0;
    const double rows = std::max<double>(1, static_cast<double>(map_.rows.size()));
    const double tall = std::min((height() - axisHeight) / rows, tallestCell);
    g.cells = {labels_, 0, cell * map_.columns, tall * static_cast<double>(map_.rows.size())};
    g.apartLeft = g.cells.right() + (map_.columns > 0 ? apartGap : 0);
    return g;
}

QRectF Heatmap::placeRect(const LayerMap::Place& place) const {
    const Geometry g = geometry();
    if (place.column >= map_.columns) {
        const double tall = map_.rows.isEmpty() ? height() - axisHeight : g.cells.height();
        return QRectF(std::round(g.apartLeft + place.row * g.apartWidth), 0,
                      std::round(g.apartWidth) - 2 * gap, std::round(tall) - gap);
    }
    // Edges are rounded, not widths: cells stay crisp and fill the row whatever its width.
    const double rows = static_cast<double>(map_.rows.size());
    const double left = std::round(g.cells.left() + g.cells.width() * place.column / map_.columns);
    const double right = std::round(g.cells.left() + g.cells.width() * (place.column + 1) / map_.columns);
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
        static_cast<int>((position.x() - g.cells.left()) * map_.columns / g.cells.width()), map_.columns - 1);
    const auto rows = static_cast<int>(map_.rows.size());
    const int row = std::min(static_cast<int>(position.y() * rows / g.cells.height()), rows - 1);
    return map_.at(row, column);
}

QString Heatmap::toText() const {
    return map_.toText([this](int matrix) {
        if (!states_.empty()) return bitsNumber(bitsOf(matrix));
        return measured_.contains(matrix) ? QStringLiteral("+") : QStringLiteral(".");
    });
}

QColor Heatmap::colorOf(int matrix) const {
    if (!states_.empty()) return shades_.mode == CellMode::Bits ? bitsColor(bitsOf(matrix)) : shadeColor(matrix);
    if (matrix == latest_) return theme().accent;
    return measured_.contains(matrix) ? theme().accentWash : theme().window;
}

QColor Heatmap::shadeColor(int cell) const {
    const double shade = shadeOf(cell);
    if (std::isnan(shade)) return theme().kept;
    return shades_.mode == CellMode::Difference ? changeColor(shade) : viridis(shade);
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
    if (shades_.mode != CellMode::Bits) return;
    painter.setPen(pale ? theme().ink : inkOn(color));
    painter.drawText(rect, Qt::AlignCenter, QString::number(bitsOf(matrix), 'g', 3));
}

/// A pixel a cell, stretched: ten thousand experts are drawn as fast as a hundred matrices.
void Heatmap::drawDense(QPainter& painter) const {
    QImage image(map_.columns, static_cast<int>(map_.rows.size()), QImage::Format_RGB32);
    image.fill(theme().card);
    map_.forEach([&](const LayerMap::Place& place, int matrix) {
        if (place.column < map_.columns) image.setPixelColor(place.column, place.row, colorOf(matrix));
    });
    painter.drawImage(geometry().cells, image);
}

bool Heatmap::dense() const {
    const QRectF cells = geometry().cells;
    return map_.columns > 0 && !map_.rows.isEmpty() &&
           (cells.width() / map_.columns < roomForGap ||
            cells.height() / static_cast<double>(map_.rows.size()) < roomForGap);
}

void Heatmap::drawCells(QPainter& painter) const {
    if (dense()) drawDense(painter);
    painter.setFont(captionFont());
    map_.forEach(
        [&, crowded = dense()](const LayerMap::Place& place, int matrix) {
            if (!crowded || place.column >= map_.columns) drawCell(painter, placeRect(place), matrix);
        });
}

void Heatmap::drawLabels(QPainter& painter) const {
    painter.setFont(captionFont());
    painter.setPen(theme().muted);
    const double tall = geometry().cells.height() / std::max<double>(1, static_cast<double>(map_.rows.size()));
    const int everyRow = tall >= roomForLabel ? 1 : tall * 5 >= roomForLabel ? 5 : 10;
    for (int row = 0; row < map_.rows.size(); row += everyRow) {
        const QRectF first = placeRect({row, 0});
        painter.drawText(QRectF(0, first.top() - 4, labels_ - 8, first.height() + 8),
                         Qt::AlignRight | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(map_.rows[row], Qt::ElideRight,
                                                          static_cast<int>(labels_ - 8)));
    }
    const double bottom = geometry().cells.bottom();
    const double cell = geometry().cells.width() / std::max(map_.columns, 1);
    const int every = cell >= 22 ? 1 : cell * 5 >= 22 ? 5 : cell * 10 >= 22 ? 10 : 50;
    for (int column = 0; column < map_.columns; ++column) {
        if (column % every != 0 && column != map_.columns - 1) continue;
        const int before = column / every * every;
        if (column == map_.columns - 1 && column != before && (column - before) * cell < 22) continue;
        const QRectF rect = placeRect({0, column});
        painter.drawText(QRectF(rect.center().x() - 20, bottom, 40, axisHeight),
                         Qt::AlignHCenter | Qt::AlignBottom, QString::number(column));
    }
    for (int i = 0; i < static_cast<int>(map_.apart.size()); ++i) {
        const QRectF rect = placeRect({i, map_.columns});
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
    if (const QRectF hover = cellRect(hovered_);
        hover.isValid() && map_.cellOf(hovered_) != map_.cellOf(selected_)) {
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

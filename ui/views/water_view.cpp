#include "ui/views/water_view.hpp"

#include <QEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

#include "ui/theme/theme.hpp"

namespace dq::ui {

namespace {
constexpr double axisWidth = 22, footHeight = 18, handleRadius = 7;
constexpr double roomForGap = 4;  // columns this wide stand apart
constexpr double gridBits = 2;
}  // namespace

WaterView::WaterView(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Water level"));
    setAccessibleDescription(
        tr("Columns by sensitivity, the price of a byte as a water surface. Up and down move the surface one step, "
           "Page keys ten; left and right select the neighbouring column."));
}

void WaterView::setWater(std::shared_ptr<const Water> water) {
    water_ = std::move(water);
    states_.clear();
    chosen_.clear();
    selected_ = hovered_ = -1;
    dragging_ = false;
    refresh();
}

void WaterView::setChoice(double price, const QString& priceWords, const std::vector<MatrixState>& states) {
    level_ = waterLevel(price);
    price_ = priceWords;
    states_ = states;
    refresh();
}

void WaterView::setSelected(const std::vector<int>& matrices, int current) {
    chosen_.clear();
    for (const int matrix : matrices)
        if (const int column = columnOf(matrix); column >= 0) chosen_.push_back(column);
    std::sort(chosen_.begin(), chosen_.end());
    selected_ = current;
    update();
}

void WaterView::setHovered(int matrix) {
    if (matrix == hovered_) return;
    hovered_ = matrix;
    update();
}

void WaterView::refresh() {
    stale_ = true;
    update();
}

QRectF WaterView::area() const {
    return QRectF(axisWidth, handleRadius, std::max(1.0, width() - axisWidth - handleRadius - 2),
                  std::max(1.0, height() - footHeight - handleRadius));
}

double WaterView::yOf(double height) const {
    const QRectF in = area();
    if (!water_) return in.bottom();
    const double share = (height - water_->bottom) / (water_->top - water_->bottom);
    return in.bottom() - std::clamp(share, 0.0, 1.0) * in.height();
}

double WaterView::heightAt(double y) const {
    const QRectF in = area();
    return water_->bottom + (in.bottom() - y) / in.height() * (water_->top - water_->bottom);
}

double WaterView::surface() const {
    return yOf(level_);
}

int WaterView::columnOf(int matrix) const {
    if (!water_ || matrix < 0 || matrix >= static_cast<int>(water_->columnOf.size())) return -1;
    return water_->columnOf[static_cast<std::size_t>(matrix)];
}

int WaterView::columnAt(double x) const {
    if (!water_ || water_->columns.empty()) return -1;
    const QRectF in = area();
    if (x < in.left() || x >= in.right()) return -1;
    const auto count = static_cast<double>(water_->columns.size());
    return std::min(static_cast<int>((x - in.left()) / in.width() * count),
                    static_cast<int>(water_->columns.size()) - 1);
}

int WaterView::matrixAt(const QPointF& position) const {
    const int column = position.y() <= area().bottom() ? columnAt(position.x()) : -1;
    return column < 0 ? -1 : water_->columns[static_cast<std::size_t>(column)].matrix;
}

QRectF WaterView::columnRect(int matrix) const {
    const int column = columnOf(matrix);
    if (column < 0) return {};
    const QRectF in = area();
    const double wide = in.width() / static_cast<double>(water_->columns.size());
    const double top = yOf(water_->columns[static_cast<std::size_t>(column)].height);
    return QRectF(QPointF(in.left() + wide * column, top), QPointF(in.left() + wide * (column + 1), in.bottom()));
}

QString WaterView::emptyText() const {
    if (!water_) return tr("Measure the model first: then every group stands here, as high as it minds an error.");
    if (water_->columns.empty()) return tr("No format of any matrix loses anything: there is nothing to fill.");
    return {};
}

/// One line a device pixel where there are more columns than pixels: thirty thousand cost what a thousand do.
void WaterView::drawColumns(QPainter& painter) const {
    const QRectF in = area();
    const auto count = static_cast<int>(water_->columns.size());
    const double wide = in.width() / count;
    const double step = std::max(wide, 1 / devicePixelRatioF());
    const double gap = wide >= roomForGap ? 1 : 0;
    for (double x = in.left(); x < in.right() - step / 2; x += step) {
        const int at = std::min(static_cast<int>((x + step / 2 - in.left()) / wide), count - 1);
        const Water::Column& column = water_->columns[static_cast<std::size_t>(at)];
        const auto m = static_cast<std::size_t>(column.matrix);
        const QColor color = m < states_.size() ? bitsColor(states_[m].bits) : theme().kept;
        const double top = yOf(column.height);
        painter.fillRect(QRectF(x, top, step - gap, in.bottom() - top), color);
    }
}

void WaterView::drawWater(QPainter& painter) const {
    const QRectF in = area();
    QColor water = theme().accentWash;
    water.setAlphaF(0.86F);
    painter.fillRect(QRectF(QPointF(in.left(), surface()), in.bottomRight()), water);
}

/// Bits are counted from the surface: the lines move with it.
void WaterView::drawGrid(QPainter& painter) const {
    const QRectF in = area();
    painter.setFont(captionFont());
    QColor line = theme().hairline;
    line.setAlphaF(0.6F);
    const double level = std::max(level_, water_->bottom);
    for (double bits = gridBits; level + bits < water_->top; bits += gridBits) {
        const double y = std::round(yOf(level + bits)) + 0.5;
        painter.setPen(QPen(line, 0));
        painter.drawLine(QPointF(in.left(), y), QPointF(in.right(), y));
        painter.setPen(theme().muted);
        painter.drawText(QRectF(0, y - 9, axisWidth - 5, 18), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(bits));
    }
    painter.setPen(theme().muted);
    const QRectF foot(in.left(), in.bottom() + 1, in.width(), footHeight - 1);
    painter.drawText(foot, Qt::AlignLeft | Qt::AlignVCenter, tr("most sensitive"));
    painter.drawText(foot, Qt::AlignRight | Qt::AlignVCenter, tr("least"));
}

void WaterView::drawMarks(QPainter& painter) const {
    const QRectF in = area();
    painter.setPen(QPen(theme().ink, 0));
    double last = -1;  // of many columns on one pixel, one is drawn
    for (const int column : chosen_) {
        const QRectF rect = columnRect(water_->columns[static_cast<std::size_t>(column)].matrix);
        const double x = std::round(rect.center().x()) + 0.5;
        if (x == last || chosen_.size() < 2) continue;
        painter.drawLine(QPointF(x, rect.top() - 5), QPointF(x, rect.top() - 1));
        last = x;
    }
    const auto frame = [&](int matrix, double pen) {
        QRectF rect = columnRect(matrix);
        if (!rect.isValid()) return;
        if (rect.width() < 4) rect = QRectF(rect.center().x() - 2, rect.top(), 4, rect.height());
        rect.setBottom(in.bottom());
        painter.setPen(QPen(theme().card, pen + 2));
        painter.drawRoundedRect(rect, 2, 2);
        painter.setPen(QPen(hasFocus() ? theme().accent : theme().ink, pen));
        painter.drawRoundedRect(rect, 2, 2);
    };
    painter.setBrush(Qt::NoBrush);
    if (hovered_ != selected_) frame(hovered_, 1);
    frame(selected_, 2);
}

void WaterView::drawSurface(QPainter& painter) const {
    const QRectF in = area();
    const double y = surface();
    painter.setPen(QPen(theme().accent, 2));
    painter.drawLine(QPointF(in.left(), y), QPointF(in.right(), y));
    painter.setPen(QPen(theme().card, 2));
    painter.setBrush(theme().accent);
    painter.drawEllipse(QPointF(in.right(), y), handleRadius, handleRadius);
    painter.setFont(captionFont());
    const double wide = painter.fontMetrics().horizontalAdvance(price_) + 10;
    const bool below = y + 24 < in.bottom();
    const QRectF label(in.right() - handleRadius - 6 - wide, below ? y + 4 : y - 22, wide, 18);
    QColor paper = theme().card;
    paper.setAlphaF(0.85F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(paper);
    painter.drawRoundedRect(label, 4, 4);
    painter.setPen(theme().accent);
    painter.drawText(label, Qt::AlignCenter, price_);
}

void WaterView::drawEmpty(QPainter& painter) const {
    painter.setPen(theme().muted);
    painter.drawText(QRectF(rect()).adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap, emptyText());
}

void WaterView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (!emptyText().isEmpty()) return drawEmpty(painter);
    if (stale_) {
        drawn_ = QPixmap(size() * devicePixelRatioF());
        drawn_.setDevicePixelRatio(devicePixelRatioF());
        drawn_.fill(theme().card);
        QPainter still(&drawn_);
        drawColumns(still);
        drawWater(still);
        drawGrid(still);
        stale_ = false;
    }
    painter.drawPixmap(0, 0, drawn_);
    painter.setRenderHint(QPainter::Antialiasing);
    drawMarks(painter);
    drawSurface(painter);
}

void WaterView::resizeEvent(QResizeEvent*) {
    refresh();
}

void WaterView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) refresh();
    QWidget::changeEvent(event);
}

}  // namespace dq::ui

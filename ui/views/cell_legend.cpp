#include "ui/views/cell_legend.hpp"

#include <QPainter>

#include "ui/theme/theme.hpp"
#include "ui/views/wish_mark.hpp"

namespace dq::ui {

namespace {
constexpr int steps = 13;  // bits: 2 … 8 in halves
constexpr double swatch = 9, tall = 12, room = 70, marksRoom = 142;
}  // namespace

CellLegend::CellLegend(QWidget* parent) : QWidget(parent) {
    setFixedSize(static_cast<int>(2 * room + steps * swatch + 92 + marksRoom), 17);
    setShades({CellMode::Bits, {}, QStringLiteral("2"), QStringLiteral("8")});
}

void CellLegend::setShades(const CellShades& shades) {
    if (shades.mode == mode_ && shades.low == low_ && shades.high == high_) return;
    mode_ = shades.mode;
    low_ = shades.low;
    high_ = shades.high;
    setToolTip(cellModeSentence(mode_) + '\n' + tr("Dot: pinned to a format. Ring: formats or bits are limited."));
    update();
}

QString CellLegend::text() const {
    return low_ + QStringLiteral(" – ") + high_;
}

QColor CellLegend::colorAt(double share) const {
    if (mode_ == CellMode::Bits) return bitsColor(2 + 6 * share);
    return mode_ == CellMode::Difference ? changeColor(2 * share - 1) : viridis(share);
}

QString CellLegend::greyWord() const {
    switch (mode_) {
        case CellMode::Bits:
            return tr("16 bits");
        case CellMode::Difference:
            return tr("unchanged");
        default:
            return tr("none");
    }
}

void CellLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(captionFont());
    const QRectF scale(room, 2, steps * swatch, tall);
    const QRectF grey(scale.right() + room, 2, 15, tall);
    for (int i = 0; i < steps; ++i)
        painter.fillRect(QRectF(scale.left() + i * swatch, 2, swatch, tall),
                         colorAt(static_cast<double>(i) / (steps - 1)));
    painter.fillRect(grey, theme().kept);
    painter.setPen(QPen(theme().hairline, 0));
    painter.drawRect(grey);
    painter.setPen(theme().muted);
    painter.drawText(QRectF(0, 0, room - 5, height()), Qt::AlignRight | Qt::AlignVCenter, low_);
    const auto word = [&](double x, const QString& text) {
        painter.setPen(theme().muted);
        painter.drawText(QRectF(x, 0, room, height()), Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    word(scale.right() + 5, high_);
    word(grey.right() + 5, greyWord());
    painter.setRenderHint(QPainter::Antialiasing);
    const double marks = width() - marksRoom + 6;
    drawWishMark(painter, {marks, height() / 2.0}, 3.5, true);
    drawWishMark(painter, {marks + 70, height() / 2.0}, 3.5, false);
    word(marks + 8, tr("pinned"));
    word(marks + 78, tr("limited"));
}

}  // namespace dq::ui

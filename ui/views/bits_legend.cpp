#include "ui/views/bits_legend.hpp"

#include <QPainter>

#include "ui/theme/theme.hpp"
#include "ui/views/wish_mark.hpp"

namespace dq::ui {

BitsLegend::BitsLegend(QWidget* parent) : QWidget(parent) {
    setFixedSize(366, 17);
    setToolTip(
        tr("Bits per weight, scales counted. Grey: kept at 16 bits.\nDot: pinned to a format. Ring: formats or bits "
           "are limited."));
}

void BitsLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(captionFont());
    constexpr int steps = 13;  // 2 … 8 in halves
    constexpr double swatch = 11, tall = 12, first = 14;
    const QRectF scale(first, 2, steps * swatch, tall);
    const QRectF kept(scale.right() + 26, 2, 15, tall);
    for (int i = 0; i < steps; ++i)
        painter.fillRect(QRectF(first + i * swatch, 2, swatch, tall), bitsColor(2 + 0.5 * i));
    painter.fillRect(kept, theme().kept);
    painter.setPen(QPen(theme().hairline, 0));
    painter.drawRect(kept);
    painter.setPen(theme().muted);
    const auto number = [&](double x, const QString& text) {
        painter.drawText(QRectF(x, 0, 60, height()), Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    number(0, "2");
    number(scale.right() + 6, "8");
    number(kept.right() + 6, tr("16 bits"));
    painter.setRenderHint(QPainter::Antialiasing);
    const double marks = kept.right() + 62;
    drawWishMark(painter, {marks, height() / 2.0}, 3.5, true);
    drawWishMark(painter, {marks + 56, height() / 2.0}, 3.5, false);
    painter.setPen(theme().muted);
    number(marks + 8, tr("pinned"));
    number(marks + 64, tr("limited"));
}

}  // namespace dq::ui

#include "ui/views/front_legend.hpp"

#include <QPainter>

#include "ui/theme/theme.hpp"

namespace dq::ui {

namespace {
constexpr int symbolWidth = 22, gap = 18;
}

FrontLegend::FrontLegend(Part part, QWidget* parent) : QWidget(parent), part_(part) {
    setFixedSize(sizeHint());
    setToolTip(part == Part::Measured ? tr("Choices that were run, with the 95 % interval of what they lose")
                                      : tr("Front: the least loss for each size.\nUniform: every matrix in one format.\n"
                                           "Knee: where the curve bends most on linear axes."));
}

QSize FrontLegend::sizeHint() const {
    const QFontMetrics metrics(captionFont());
    int width = 0;
    for (const QString& name : names())
        width += symbolWidth + metrics.horizontalAdvance(name) + gap;
    return {width, 18};
}

QStringList FrontLegend::names() const {
    return part_ == Part::Measured ? QStringList{tr("measured")} : QStringList{tr("front"), tr("uniform"), tr("knee")};
}

void FrontLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(captionFont());
    const Theme& t = theme();
    const double middle = height() / 2.0;
    double x = 0;
    const auto name = [&](const QString& text) {
        painter.setPen(t.muted);
        painter.drawText(QRectF(x + symbolWidth, 0, 200, height()), Qt::AlignVCenter | Qt::AlignLeft, text);
        x += symbolWidth + painter.fontMetrics().horizontalAdvance(text) + gap;
    };
    if (part_ == Part::Measured) {
        painter.setPen(QPen(t.measured, 1.5));
        painter.setBrush(t.measured);
        painter.drawLine(QPointF(x + 11, middle - 7), QPointF(x + 11, middle + 7));
        painter.drawEllipse(QPointF(x + 11, middle), 3, 3);
        return name(tr("measured"));
    }
    painter.setPen(QPen(t.accent, 2));
    painter.drawLine(QPointF(x, middle), QPointF(x + 16, middle));
    name(tr("front"));
    painter.fillRect(QRectF(x + 8, middle - 3.5, 7, 7), t.uniform);
    name(tr("uniform"));
    painter.setPen(QPen(t.accent, 1.5));
    painter.setBrush(t.card);
    painter.drawPolygon(QPolygonF({QPointF(x + 11, middle - 5), QPointF(x + 16, middle),
                                   QPointF(x + 11, middle + 5), QPointF(x + 6, middle)}));
    name(tr("knee"));
}

}  // namespace dq::ui

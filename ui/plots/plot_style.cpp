#include "ui/plots/plot_style.hpp"

#include <cmath>

#include "ui/theme/theme.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

namespace {

QString superscript(int number) {
    static const QString digits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString text = number < 0 ? QStringLiteral("⁻") : QString();
    for (const QChar digit : QString::number(std::abs(number)))
        text += digits[digit.digitValue()];
    return text;
}

void styleAxis(QCPAxis& axis) {
    const Theme& t = theme();
    axis.setBasePen(QPen(t.hairline, 0));
    axis.setTickPen(Qt::NoPen);
    axis.setSubTickPen(Qt::NoPen);
    axis.setTickLabelColor(t.muted);
    axis.setTickLabelFont(captionFont());
    axis.setLabelColor(t.muted);
    axis.setLabelFont(captionFont());
    axis.setTickLabelPadding(5);
    axis.setLabelPadding(1);
    QColor grid = t.hairline;
    grid.setAlphaF(0.55F);
    axis.grid()->setPen(QPen(grid, 0));
    axis.grid()->setZeroLinePen(QPen(grid, 0));
    axis.grid()->setSubGridVisible(false);
}

}  // namespace

QString decadeText(double value) {
    const int power = static_cast<int>(std::lround(std::log10(value)));
    if (power >= -2 && power <= 3) return QString::number(std::pow(10, power), 'g', 6);
    return QStringLiteral("10") + superscript(power);
}

QVector<double> DecadeTicker::createTickVector(double step, const QCPRange& range) {
    if (range.upper > range.lower * 20) return QCPAxisTickerLog::createTickVector(step, range);
    return QCPAxisTicker::createTickVector(QCPAxisTicker::getTickStep(range), range);
}

QString DecadeTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
    const double power = std::log10(tick);
    if (std::abs(power - std::round(power)) > 1e-9) return QString::number(tick, 'g', 4);
    return decadeText(tick);
}

QString PlainTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
    return QString::number(std::abs(tick) < 1e-12 ? 0 : tick, 'g', 6);
}

QVector<QString> PlainTicker::createLabelVector(const QVector<double>& ticks, const QLocale& locale,
                                                QChar format, int precision) {
    QVector<QString> labels = QCPAxisTicker::createLabelVector(ticks, locale, format, precision);
    if (!labels.isEmpty() && !unit.isEmpty()) labels.back() += ' ' + unit;
    return labels;
}

void applyStyle(QCustomPlot& plot) {
    plot.setBackground(theme().card);
    plot.setNoAntialiasingOnDrag(false);
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis})
        styleAxis(*axis);
    plot.yAxis->setBasePen(Qt::NoPen);
}

}  // namespace dq::ui

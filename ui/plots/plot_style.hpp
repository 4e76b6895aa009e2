#pragma once

#include <qcustomplot.h>

namespace dq::ui {

/// Axes, grid and background as the theme has them: hairlines, no frame, no ticks.
void applyStyle(QCustomPlot& plot);

/// Decades written as people write them: 10, 1, 0.1, 0.01, then 10⁻³ and below; round numbers where the range
/// holds hardly one.
class DecadeTicker : public QCPAxisTickerLog {
protected:
    QVector<double> createTickVector(double step, const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale&, QChar, int) override;
};

/// Numbers with at most three significant digits and no exponent inside 1e-3 … 1e6.
class PlainTicker : public QCPAxisTicker {
public:
    QString unit;  // written once, at the last number

protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override;
    QVector<QString> createLabelVector(const QVector<double>& ticks, const QLocale& locale, QChar format,
                                       int precision) override;
};

QString decadeText(double value);

}  // namespace dq::ui

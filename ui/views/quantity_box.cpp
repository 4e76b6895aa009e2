#include "ui/views/quantity_box.hpp"

#include <QSignalBlocker>

#include <cmath>

#include "ui/words/words.hpp"

namespace dq::ui {

QuantityBox::QuantityBox(const QString& name, const QString& tip, QWidget* parent) : QDoubleSpinBox(parent) {
    setObjectName("figure");
    setButtonSymbols(NoButtons);
    setKeyboardTracking(false);  // typing "12.5" must not visit 1 and 12 on the way
    setLocale(QLocale::c());
    setAlignment(Qt::AlignHCenter);
    setAccessibleName(name);
    setToolTip(tip);
    connect(this, &QDoubleSpinBox::valueChanged, this, &QuantityBox::asked);
}

void QuantityBox::showValue(double value) {
    const QSignalBlocker quiet(this);
    setValue(value);
}

void QuantityBox::showNothing(bool nothing) {
    const QSignalBlocker quiet(this);
    setSpecialValueText(nothing ? QStringLiteral("–") : QString());  // shown at the minimum
    if (nothing) setRange(0, 0);
}

void LossBox::prepare(const QString& unit) {
    const QSignalBlocker quiet(this);
    setDecimals(15);
    setRange(0, 1e6);
    setSuffix(unit.isEmpty() ? QString() : QChar(0x202f) + unit);
}

QString LossBox::textFromValue(double value) const {
    return numberText(value);
}

double LossBox::valueFromText(const QString& text) const {
    QString figure = text;
    if (figure.endsWith(suffix())) figure.chop(suffix().size());
    return figure.trimmed().toDouble();
}

QValidator::State LossBox::validate(QString& text, int&) const {
    QString figure = text;
    if (!suffix().isEmpty() && figure.endsWith(suffix())) figure.chop(suffix().size());
    bool ok = false;
    const double value = figure.trimmed().toDouble(&ok);
    return ok && value >= 0 && std::isfinite(value) ? QValidator::Acceptable : QValidator::Intermediate;
}

void LossBox::stepBy(int steps) {
    setValue(value() * std::pow(1.05, steps));
    selectAll();
}

}  // namespace dq::ui

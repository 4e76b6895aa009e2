#pragma once

#include <QDoubleSpinBox>

namespace dq::ui {

/// A figure with its unit that can be typed or stepped. Speaks only when the user changes it.
class QuantityBox : public QDoubleSpinBox {
    Q_OBJECT

public:
    explicit QuantityBox(const QString& name, const QString& tip, QWidget* parent = nullptr);
    void showValue(double value);    // without speaking
    void showNothing(bool nothing);  // a dash, where there is no front

signals:
    void asked(double value);
};

/// The same over many decades: three significant digits, and a step is a twentieth.
class LossBox : public QuantityBox {
    Q_OBJECT

public:
    using QuantityBox::QuantityBox;
    void prepare(const QString& unit);

    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    void stepBy(int steps) override;
};

}  // namespace dq::ui

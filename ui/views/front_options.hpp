#pragma once

#include <QWidget>

class QCheckBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;

namespace dq::ui {

class FrontLegend;
class Session;

/// The line above the front: whether mixing pays, and what else is drawn.
class FrontOptions : public QWidget {
    Q_OBJECT

public:
    explicit FrontOptions(Session& session, QWidget* parent = nullptr);

    void showGain();
    QCheckBox* peers() const { return peers_; }
    QCheckBox* floor() const { return floor_; }
    QCheckBox* metrics() const { return metrics_; }
    QDoubleSpinBox* card() const { return card_; }
    QCheckBox* corrected() const { return corrected_; }
    void showValidated();
    void showMeasured(bool points);  // whether any are drawn
    FrontLegend* measured() const { return measured_; }
    QSpinBox* context() const { return context_; }
    QLabel* gain() const { return gain_; }

private:
    void buildChoices();
    void buildBoxes();
    void showLook();

    Session& session_;
    FrontLegend* measured_;
    QLabel* gain_;
    QCheckBox *peers_, *metrics_, *floor_, *corrected_;
    QSpinBox* context_;
    QDoubleSpinBox* card_;
};

}  // namespace dq::ui

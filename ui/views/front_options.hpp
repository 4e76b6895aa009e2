#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QSpinBox;

namespace dq::ui {

class Session;

/// The line above the front: whether mixing pays, and what else is drawn.
class FrontOptions : public QWidget {
    Q_OBJECT

public:
    explicit FrontOptions(Session& session, QWidget* parent = nullptr);

    void showGain();
    QCheckBox* peers() const { return peers_; }
    QCheckBox* floor() const { return floor_; }
    QCheckBox* corrected() const { return corrected_; }
    void showValidated();
    QSpinBox* context() const { return context_; }
    QLabel* gain() const { return gain_; }

private:
    void buildChoices();

    Session& session_;
    QLabel* gain_;
    QCheckBox *peers_, *floor_, *corrected_;
    QSpinBox* context_;
};

}  // namespace dq::ui

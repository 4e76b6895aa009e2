#pragma once

#include <QFrame>

class QMenu;
class QPushButton;

namespace dq::ui {

class BudgetSlider;
class LossBox;
class QuantityBox;
class Session;

/// Slider, boxes and buttons: all set the session's one budget, and all show it.
class BudgetBar : public QFrame {
    Q_OBJECT

public:
    explicit BudgetBar(Session& session, QWidget* parent = nullptr);

    void showRange();   // another front
    void showBudget();  // another budget
    BudgetSlider* slider() const { return slider_; }
    QuantityBox* sizeBox() const { return size_; }
    QuantityBox* bitsBox() const { return bits_; }
    LossBox* lossBox() const { return loss_; }
    /// The cards, what each leaves for weights, and taking it as the budget.
    void fillCardMenu(QMenu& menu) const;
    QPushButton* speedLink() const { return speed_; }

signals:
    void speedAsked();

private:
    void buildBoxes();
    void layOut();
    void connectParts();
    void showCardMenu();

    Session& session_;
    BudgetSlider* slider_;
    QuantityBox* size_;
    QuantityBox* bits_;
    LossBox* loss_;
    QPushButton *min_, *knee_, *card_, *speed_, *max_;
};

}  // namespace dq::ui

#pragma once

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;

namespace dq::ui {

class QuantityBox;
class Session;

/// Asks how many tokens a second the model has to give, on which memory, and sets it in the session.
class SpeedDialog : public QDialog {
    Q_OBJECT

public:
    explicit SpeedDialog(Session& session, QWidget* parent = nullptr);

    QCheckBox* limit() const { return limit_; }
    QComboBox* memories() const { return memories_; }
    QuantityBox* bandwidth() const { return bandwidth_; }
    QuantityBox* tokens() const { return tokens_; }
    QLabel* range() const { return range_; }
    void accept() override;

private:
    void fillMemories();
    QWidget* form();
    QWidget* buttonRow();
    void takeMemory(int index);
    void refresh();

    Session& session_;
    QCheckBox* limit_;
    QComboBox* memories_;
    QuantityBox *bandwidth_, *tokens_;
    QLabel* range_;
};

}  // namespace dq::ui

#pragma once

#include <QDialog>

#include "core/allocate/costs.hpp"

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;

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
    QPushButton* measured() const { return measured_; }
    /// Costs from a file of `bench-decode --save`: each format at its own rate. What is wrong with the file is said where the range stands.
    void takeCosts(const QString& file);
    void accept() override;

private:
    void fillMemories();
    void chooseCosts();
    void showCosts();
    QWidget* form();
    QWidget* buttonRow();
    void takeMemory(int index);
    void refresh();

    Session& session_;
    QCheckBox* limit_;
    QComboBox* memories_;
    QuantityBox *bandwidth_, *tokens_;
    QLabel* range_;
    QPushButton* measured_;
    allocate::Costs costs_;
};

}  // namespace dq::ui

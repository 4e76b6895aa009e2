#pragma once

#include "ui/views/card.hpp"

class QLineEdit;
class QTableView;

namespace dq::ui {

class MatrixFilter;
class MatrixModel;

/// The matrices as a table with a filter line; its current row is the selected matrix.
class TableCard : public Card {
    Q_OBJECT

public:
    explicit TableCard(MatrixModel& model, QWidget* parent = nullptr);

    void setSelected(int matrix);
    QTableView* table() const { return table_; }
    QLineEdit* filterLine() const { return words_; }

signals:
    void picked(int matrix);

private:
    void buildTable(MatrixModel& model);
    void sizeColumns();
    void showCount();
    void copySelected();

    MatrixFilter* filter_;
    QTableView* table_;
    QLineEdit* words_;
    QLabel* count_;
    bool following_ = false;  // the selection came from outside
};

}  // namespace dq::ui

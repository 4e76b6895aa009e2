#pragma once

#include <QTimer>
#include <QWidget>

#include <functional>
#include <vector>


class QCheckBox;
class QLabel;
class QLineEdit;
class QTableView;

namespace dq::ui {

class MatrixFilter;
class MatrixModel;

/// The matrices as a table with a filter; its rows are selected in step with the map.
class TableCard : public QWidget {
    Q_OBJECT

public:
    explicit TableCard(MatrixModel& model, QWidget* parent = nullptr);

    void setSelected(const std::vector<int>& matrices, int current);
    void showCompared(bool on);  // a snapshot is compared with: what changed can be seen and filtered
    QCheckBox* changedBox() const { return changed_; }
    QWidget* tools() const { return tools_; }  // count and filter, to stand beside its name
    QTableView* table() const { return table_; }
    QLineEdit* filterLine() const { return words_; }

signals:
    void picked(const std::vector<int>& matrices, int current);
    void menuAsked(const QPoint& global);
    void hovered(int matrix);

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildTable(MatrixModel& model);
    void sizeColumns();
    void showCount();
    void copySelected();
    void pickRows();
    void follow(const std::function<void()>& change);

    QWidget* tools_;
    MatrixFilter* filter_;
    QTableView* table_;
    QLineEdit* words_;
    QLabel* count_;
    QCheckBox* changed_ = nullptr;
    std::vector<int> shown_;  // the selection
    QTimer settling_;  // a while after the last change
    int current_ = -1;
    bool following_ = false;  // the selection came from outside
};

}  // namespace dq::ui

#pragma once

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTableView;

namespace dq::ui {

class JobQueue;
class JobsModel;

/// What runs, waits and has ended, with the log of the selected job.
class JobsPage : public QWidget {
    Q_OBJECT

public:
    explicit JobsPage(JobQueue& queue, QWidget* parent = nullptr);

    QTableView* table() const { return table_; }
    QPushButton* cancelButton() const { return cancel_; }
    QPushButton* clearButton() const { return clear_; }
    QString logText() const;

private:
    void follow();
    int selected() const;

    JobQueue& queue_;
    JobsModel* model_;
    QTableView* table_;
    QPlainTextEdit* log_;
    QPushButton *cancel_, *clear_;
    QLabel* empty_;
};

}  // namespace dq::ui

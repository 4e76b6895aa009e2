#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace dq::ui {

class Session;
class SnapshotModel;

/// Snapshots side by side with the choice: the selected one is compared with.
class ComparePage : public QWidget {
    Q_OBJECT

public:
    explicit ComparePage(Session& session, QWidget* parent = nullptr);

    void showSnapshots();
    void showDifference();
    QTableView* table() const { return table_; }
    QPushButton* takeButton() const { return take_; }
    QPushButton* backButton() const { return back_; }
    QPushButton* dropButton() const { return drop_; }
    QString words() const;

private:
    void pick();
    int row() const;

    Session& session_;
    SnapshotModel* model_;
    QTableView* table_;
    QPushButton *take_, *back_, *drop_;
    QLabel *difference_, *hint_;
    bool following_ = false;
};

}  // namespace dq::ui

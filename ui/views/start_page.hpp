#pragma once

#include <QWidget>

class QAbstractItemModel;
class QListView;
class QPushButton;

namespace dq::ui {

class FoundModels;
class RecentModels;

/// What stands there when no model is open: what this is, and ways in: a folder, the demo, what was open before, and what
/// lies in the caches of other programs.
class StartPage : public QWidget {
    Q_OBJECT

public:
    explicit StartPage(RecentModels& recent, QWidget* parent = nullptr);
    void setDemoAvailable(bool available);
    FoundModels& found() const { return *found_; }
    QListView* foundList() const { return foundList_; }

signals:
    void openAsked();
    void fileAsked();
    void demoAsked();
    void recentAsked(const QString& path);

private:
    QWidget* buildChoices();
    QWidget* buildLists(RecentModels& recent);
    QWidget* buildList(const QString& heading, QAbstractItemModel& model, const QString& none, QListView*& list);

    QPushButton* demo_ = nullptr;
    FoundModels* found_;
    QListView *recentList_ = nullptr, *foundList_ = nullptr;
};

}  // namespace dq::ui

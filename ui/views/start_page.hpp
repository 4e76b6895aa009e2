#pragma once

#include <QWidget>

class QListView;
class QPushButton;

namespace dq::ui {

class RecentModels;

/// What stands there when no model is open: what this is, and three ways in.
class StartPage : public QWidget {
    Q_OBJECT

public:
    explicit StartPage(RecentModels& recent, QWidget* parent = nullptr);
    void setDemoAvailable(bool available);

signals:
    void openAsked();
    void demoAsked();
    void recentAsked(const QString& path);

private:
    QWidget* buildChoices();
    QWidget* buildRecent(RecentModels& recent);

    QPushButton* demo_ = nullptr;
    QListView* list_ = nullptr;
};

}  // namespace dq::ui

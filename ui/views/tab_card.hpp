#pragma once

#include <QFrame>

class QHBoxLayout;
class QStackedWidget;
class QTabBar;

namespace dq::ui {

/// A white card of pages that share a place, chosen by tabs along its top.
class TabCard : public QFrame {
    Q_OBJECT

public:
    explicit TabCard(const QString& name, QWidget* parent = nullptr);  // for who cannot see it

    void addPage(const QString& title, QWidget* page);
    void setTitle(QWidget* page, const QString& title);
    void showPage(QWidget* page);
    void showPage(int index);
    int page() const;
    QTabBar* tabs() const { return tabs_; }
    /// To the right of the tabs.
    QHBoxLayout* corner() const { return corner_; }

private:
    QTabBar* tabs_;
    QHBoxLayout* corner_;
    QStackedWidget* pages_;
};

}  // namespace dq::ui

#pragma once

#include <QWidget>

class QLabel;

namespace dq::ui {

class Session;
class WaterView;

/// The water with what it shows in words, following the session.
class WaterPage : public QWidget {
    Q_OBJECT

public:
    explicit WaterPage(Session& session, QWidget* parent = nullptr);

    void showFront();
    void showChoice();
    WaterView* view() const { return view_; }
    QString sentence() const;

private:
    Session& session_;
    WaterView* view_;
    QLabel* sentence_;
};

}  // namespace dq::ui

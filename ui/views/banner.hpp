#pragma once

#include <QFrame>
#include <QTimer>

#include "ui/jobs/lane.hpp"

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace dq::ui {

/// What happened, in a sentence, floating over the window so that nothing moves. Details unfold and can be
/// copied.
class Banner : public QFrame {
    Q_OBJECT

public:
    explicit Banner(QWidget* parent);

    void showFailure(const Failure& failure);
    void showGood(const QString& sentence, const QString& folder);
    /// News with something to do about it, which stay until they are put away.
    void showOffer(const QString& sentence, const QString& action);
    QPushButton* offered() const { return offer_; }
    QString sentence() const;
    bool isGood() const { return property("good").toBool(); }  // news, not a failure
    QString details() const;
    void place();  // at the top of its parent

signals:
    void accepted();  // the offer

private:
    void present(const QString& sentence, const QString& details, bool good);
    void toggleDetails();
    void copyAll();

    QLabel* sentence_;
    QPushButton *offer_, *more_, *copy_, *folder_, *close_;
    QPlainTextEdit* details_;
    QString folderPath_;
    QTimer fade_;
};

}  // namespace dq::ui

#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace dq::ui {

/// The last line: what the choice is, what is running, what it was measured on.
class StatusLine : public QWidget {
    Q_OBJECT

public:
    explicit StatusLine(QWidget* parent = nullptr);

    void setChoice(const QString& words, const QString& certificate = {});  // how near to the optimum, why
    void setMeasuredOn(const QString& words);
    void showJob(const QString& words, double fraction);  // below 0: not known
    void hideJob();
    QString choiceText() const;

signals:
    void cancelAsked();

private:
    QLabel *choice_, *measured_, *jobWords_;
    QProgressBar* bar_;
    QPushButton* cancel_;
};

}  // namespace dq::ui

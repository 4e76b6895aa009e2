#pragma once

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace dq::ui {

/// Where to write, how large it will be, what is written. The folder is made anew and must not exist.
class ExportDialog : public QDialog {
    Q_OBJECT

public:
    ExportDialog(const QString& suggested, const QString& promise, QWidget* parent = nullptr);

    QString folder() const;
    void setFolder(const QString& folder);

private:
    void choose();
    void check();

    QLineEdit* folder_;
    QLabel* complaint_;
    QPushButton* export_;
};

}  // namespace dq::ui

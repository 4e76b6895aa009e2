#pragma once

#include <QDialog>

#include "ui/session/export_target.hpp"

class QButtonGroup;
class QLabel;
class QLineEdit;
class QPushButton;

namespace dq::ui {

class Session;

/// For whom to write, where, and how large it will be. A target whose loaders cannot read the formats in hand
/// lets the session choose among those they can, at the same budget; leaving without exporting takes that back.
class ExportDialog : public QDialog {
    Q_OBJECT

public:
    /// `place` is the folder in which the export is made; it gets a name after model, bits and target.
    ExportDialog(Session& session, const QString& place, QWidget* parent = nullptr);

    const ExportTarget& target() const;
    QString output() const;
    void setOutput(const QString& path);

    void reject() override;

private:
    QWidget* targetRows();
    QWidget* placeRow();
    QWidget* buttonRow();
    void follow();
    void choosePlace();
    void chooseTarget();
    void settle();
    Question needed() const;
    void takeBack();
    void showSize();
    void refresh();
    QString noteWords() const;
    QString complaint() const;

    Session& session_;
    QString place_;
    int undoneTo_;          // where the history stood when the dialog opened
    double loss_;           // and what the choice lost
    allocate::Grouping grouping_;
    bool unsettled_ = false;  // the target was not yet looked at
    bool leaving_ = false;    // as soon as the session has answered
    bool named_ = false;    // by the person: not to be renamed
    QLabel* promise_;
    QButtonGroup* targets_;
    QLabel* note_;
    QLineEdit* output_;
    QLabel* complaint_;
    QPushButton* export_;
};

}  // namespace dq::ui

#pragma once

#include <QWidget>

#include "ui/session/inspection.hpp"

class QGridLayout;
class QLabel;
class QPushButton;
class QStackedLayout;

namespace dq::ui {

class InspectorPlot;

/// One matrix looked at closely: why it got its bits, in a sentence and as a picture, and its statistics.
class Inspector : public QWidget {
    Q_OBJECT

public:
    explicit Inspector(QWidget* parent = nullptr);

    void show(const Inspection& inspection);
    /// Before anything is measured: what the matrix is, no more.
    void showPlain(const QString& title, const QString& subtitle);
    void clear();
    QString whyText() const;

private:
    QWidget* buildEmpty();
    QWidget* buildFull();
    void showFacts(const std::vector<std::pair<QString, QString>>& facts);

    QStackedLayout* pages_;
    QLabel *title_, *subtitle_, *why_, *plotHeading_, *price_;
    QPushButton* axis_;
    InspectorPlot* plot_;
    QGridLayout* facts_;
    bool logLoss_ = true;
};

}  // namespace dq::ui

#pragma once

#include <QWidget>

#include "ui/session/inspection.hpp"

class QGridLayout;
class QLabel;
class QLayout;
class QPushButton;
class QStackedLayout;
class QStackedWidget;

namespace dq::ui {

class HistogramView;
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
    /// The weights in place of the plot: they must be asked for.
    bool weightsShown() const;
    void showWeights(bool on);
    HistogramView* histogram() const { return histogram_; }
    QPushButton* weightsButton() const { return kind_; }

signals:
    void weightsWanted();

private:
    QWidget* buildEmpty();
    QWidget* buildFull();
    QLayout* buildHeader();
    void showParts(bool measured);
    void showFacts(const std::vector<Inspection::Fact>& facts);

    QStackedLayout* pages_;
    QLabel *title_, *subtitle_, *why_, *plotHeading_, *price_;
    QPushButton *axis_, *kind_;
    QStackedWidget* pictures_;
    InspectorPlot* plot_;
    HistogramView* histogram_;
    QGridLayout* facts_;
    bool logLoss_ = true;
};

}  // namespace dq::ui

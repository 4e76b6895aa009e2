#pragma once

#include "ui/jobs/commands.hpp"
#include "ui/jobs/worker_line.hpp"
#include "ui/views/card.hpp"

class QCheckBox;
class QLineEdit;
class QProgressBar;

namespace dq::ui {

class FrontPlot;
struct FrontPicture;

/// Where the front will be, before there is one: what the model is, which text to measure it on, and how far
/// the measuring is.
class MeasureCard : public Card {
    Q_OBJECT

public:
    explicit MeasureCard(QWidget* parent = nullptr);

    /// `forecast`: what may come of it and what it takes.
    void showModel(const QString& summary, const QString& forecast, const QString& calibration);
    QString forecast() const;
    void setMeasured(bool measured);           // there is a front to go back to
    void setCalibration(const QString& file);  // its separator is found by looking
    MeasureSettings settings() const;
    void setSettings(const MeasureSettings& settings);
    void showRunning(bool running);
    void showProgress(const WorkerProgress& progress, int matricesDone, int matrices);
    QString progressText() const;
    /// What is measured so far, as a front.
    void showGrowing(const FrontPicture& picture);
    FrontPlot* growing() const { return growing_; }

signals:
    void measureAsked(const dq::ui::MeasureSettings& settings);
    void chooseAsked();
    void cancelAsked();
    void backAsked();

private:
    QWidget* buildForm();
    QWidget* buildProgress();

    QLabel *summary_, *forecast_, *words_, *detail_;
    QLineEdit *calibration_, *separator_;
    QPushButton *measure_, *cancel_, *back_;
    QCheckBox *feedback_, *fisherScales_;
    QWidget *form_, *progress_;
    FrontPlot* growing_;
    QProgressBar* bar_;
    bool measured_ = false;
};

}  // namespace dq::ui

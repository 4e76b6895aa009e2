#include "ui/views/measure_card.hpp"

#include <QCheckBox>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/plots/front_plot.hpp"
#include "ui/theme/theme.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

namespace {
constexpr int formWidth = 780;
}

MeasureCard::MeasureCard(QWidget* parent) : Card(tr("Not measured yet"), parent) {
    back_ = linkButton(tr("Back to the front"), tr("Keep the table there is"));
    header()->addWidget(back_);
    header()->addStretch();
    connect(back_, &QPushButton::clicked, this, &MeasureCard::backAsked);
    auto* column = new QVBoxLayout;
    column->setSpacing(space::small);
    summary_ = new QLabel;
    summary_->setWordWrap(true);
    words_ =
        mutedLabel(tr("Measuring runs the model once forward and backward over a calibration text and rounds "
                      "every matrix to "
                      "every format. The result is kept: next time the front is there at once."));
    words_->setWordWrap(true);
    forecast_ = new QLabel;
    forecast_->setWordWrap(true);
    forecast_->setToolTip(tr("A guess from the sizes of the matrices, good to a factor of three"));
    form_ = buildForm();
    progress_ = buildProgress();
    growing_ = new FrontPlot;
    growing_->setAccessibleName(tr("The front of what is measured so far"));
    for (QWidget* part : std::initializer_list<QWidget*>{summary_, forecast_, words_, form_, growing_, progress_}) {
        part->setMaximumWidth(formWidth);
        column->addWidget(part, part == growing_ ? 1 : 0);
    }
    body()->addStretch(1);
    auto* centred = new QHBoxLayout;
    centred->addStretch(1);
    centred->addLayout(column, 10);
    centred->addStretch(1);
    body()->addLayout(centred);
    body()->addStretch(2);
    showRunning(false);
}

QWidget* MeasureCard::buildForm() {
    auto* form = new QWidget;
    form->setObjectName("plain");
    auto* grid = new QGridLayout(form);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(space::small);
    calibration_ = new QLineEdit;
    calibration_->setAccessibleName(tr("Calibration text"));
    calibration_->setPlaceholderText(tr("a UTF-8 text like what the model will read"));
    calibration_->setToolTip(
        tr("The text the model is measured on. Best is text like what it will be used for."));
    auto* choose = new QPushButton(tr("Choose…"));
    choose->setToolTip(tr("Choose the calibration text"));
    separator_ = new QLineEdit;
    separator_->setAccessibleName(tr("Documents end at"));
    separator_->setPlaceholderText(tr("nothing: one long text"));
    separator_->setToolTip(
        tr("The mark between documents in the text; each document is then read on its own"));
    measure_ = new QPushButton(tr("Measure"));
    measure_->setObjectName("primary");
    measure_->setToolTip(tr("Start measuring in the background"));
    grid->addWidget(mutedLabel(tr("Calibration text")), 0, 0);
    grid->addWidget(calibration_, 0, 1);
    grid->addWidget(choose, 0, 2);
    grid->addWidget(mutedLabel(tr("Documents end at")), 1, 0);
    grid->addWidget(separator_, 1, 1);
    grid->addWidget(measure_, 1, 2);
    feedback_ = new QCheckBox(tr("Error feedback too (GPTQ)"));
    feedback_->setToolTip(tr("Better codes at 2 to 4 bits, as formats “gptq”. Takes longer, and keeps the Hessian of every input "
                             "beside the table: two bytes times the square of its width"));
    fisherScales_ = new QCheckBox(tr("Scales under the Fisher diagonal too"));
    fisherScales_->setToolTip(tr("Scales that go by how much each weight matters, as formats “fisher”. Keeps a byte for every weight beside the table"));
    auto* extras = new QHBoxLayout;
    extras->setSpacing(space::large);
    extras->addWidget(feedback_);
    extras->addWidget(fisherScales_);
    extras->addStretch();
    grid->addLayout(extras, 2, 1, 1, 2);
    connect(choose, &QPushButton::clicked, this, &MeasureCard::chooseAsked);
    connect(measure_, &QPushButton::clicked, this, [this] { emit measureAsked(settings()); });
    return form;
}

QWidget* MeasureCard::buildProgress() {
    auto* part = new QWidget;
    part->setObjectName("plain");
    auto* grid = new QGridLayout(part);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(space::small);
    bar_ = new QProgressBar;
    bar_->setRange(0, 1000);
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Measuring"));
    detail_ = mutedLabel({});
    cancel_ = new QPushButton(tr("Cancel"));
    cancel_->setToolTip(tr("Stop measuring. What is finished is kept and not measured again."));
    connect(cancel_, &QPushButton::clicked, this, &MeasureCard::cancelAsked);
    grid->addWidget(bar_, 0, 0);
    grid->addWidget(cancel_, 0, 1, 2, 1, Qt::AlignVCenter);
    grid->addWidget(detail_, 1, 0);
    return part;
}

void MeasureCard::showModel(const QString& summary, const QString& forecast, const QString& calibration) {
    summary_->setText(summary);
    forecast_->setText(forecast);
    setCalibration(calibration);
    showRunning(false);
}

void MeasureCard::setCalibration(const QString& file) {
    calibration_->setText(file);
    separator_->setText(file.isEmpty() ? QString() : separatorOf(file));
}

void MeasureCard::setMeasured(bool measured) {
    measured_ = measured;
    showRunning(false);
}

MeasureSettings MeasureCard::settings() const {
    return {calibration_->text().trimmed(), separator_->text(), feedback_->isChecked(), fisherScales_->isChecked()};
}

void MeasureCard::setSettings(const MeasureSettings& settings) {
    calibration_->setText(settings.calibration);
    separator_->setText(settings.separator);
    feedback_->setChecked(settings.errorFeedback);
    fisherScales_->setChecked(settings.fisherScales);
}

void MeasureCard::showRunning(bool running) {
    setHeading(running ? tr("Measuring") : measured_ ? tr("Measure again") : tr("Not measured yet"));
    back_->setVisible(measured_ && !running);
    form_->setVisible(!running);
    progress_->setVisible(running);
    for (QWidget* part : std::initializer_list<QWidget*>{forecast_, words_})
        part->setVisible(!running);
    growing_->hide();
    if (!running) return;
    bar_->setRange(0, 0);
    detail_->setText(tr("starting…"));
}

void MeasureCard::showProgress(const WorkerProgress& progress, int matricesDone, int matrices) {
    bar_->setRange(0, 1000);
    bar_->setValue(static_cast<int>(progress.fraction() * 1000));
    QString words = progress.words();
    if (matricesDone > 0)
        words += tr(" · %1 of %2 matrices").arg(countText(matricesDone), countText(matrices));
    detail_->setText(words);
}

void MeasureCard::showGrowing(const FrontPicture& picture) {
    growing_->setVisible(true);
    const SizeUnit unit = sizeUnitFor(picture.bytes.empty() ? 0 : static_cast<Bytes>(picture.bytes.back()));
    growing_->show({.picture = &picture, .unit = unit, .lossUnit = QStringLiteral("nats/token")});
}

QString MeasureCard::forecast() const {
    return forecast_->text();
}

QString MeasureCard::progressText() const {
    return detail_->text();
}

}  // namespace dq::ui

#include "ui/views/status_line.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"

namespace dq::ui {

StatusLine::StatusLine(QWidget* parent) : QWidget(parent) {
    setObjectName("statusline");
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(28);
    choice_ = mutedLabel({});
    choice_->setAccessibleName(tr("Choice"));
    setChoice({});
    measured_ = mutedLabel({});
    jobWords_ = new QLabel;
    bar_ = new QProgressBar;
    bar_->setFixedWidth(140);
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Job"));
    cancel_ = linkButton(tr("Cancel"), tr("Stop the running job"));
    // Long lines give way instead of widening the window.
    for (QLabel* label : {choice_, measured_})
        label->setMinimumWidth(0);
    choice_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::large, 0, space::large, 0);
    row->setSpacing(space::medium);
    row->addWidget(choice_, 1);
    for (QWidget* part : std::initializer_list<QWidget*>{jobWords_, bar_, cancel_, measured_})
        row->addWidget(part);
    connect(cancel_, &QPushButton::clicked, this, &StatusLine::cancelAsked);
    hideJob();
}

void StatusLine::setChoice(const QString& words, const QString& certificate) {
    choice_->setText(words);
    choice_->setToolTip(
        tr("Size of all tensors · bits per weight, scales counted · predicted divergence from the original and what "
           "it does to perplexity · how far above the lower bound of any choice of this size") +
        (certificate.isEmpty() ? QString() : "\n" + certificate));
}
void StatusLine::setMeasuredOn(const QString& words) {
    measured_->setText(words);
}

void StatusLine::showJob(const QString& words, double fraction) {
    jobWords_->setText(words);
    bar_->setRange(0, fraction < 0 ? 0 : 1000);
    if (fraction >= 0) bar_->setValue(static_cast<int>(fraction * 1000));
    for (QWidget* part : std::initializer_list<QWidget*>{jobWords_, bar_, cancel_})
        part->show();
    measured_->hide();
}

void StatusLine::hideJob() {
    for (QWidget* part : std::initializer_list<QWidget*>{jobWords_, bar_, cancel_})
        part->hide();
    measured_->show();
}

QString StatusLine::choiceText() const {
    return choice_->text();
}

}  // namespace dq::ui

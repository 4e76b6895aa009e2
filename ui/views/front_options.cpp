#include "ui/views/front_options.hpp"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSpinBox>

#include "ui/session/session.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"

namespace dq::ui {

namespace {
constexpr int mostContext = 1 << 20, contextStep = 1024;
}

FrontOptions::FrontOptions(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      gain_(mutedLabel({})),
      peers_(new QCheckBox(tr("other allocators"))),
      floor_(new QCheckBox(tr("floor"))),
      corrected_(new QCheckBox(tr("corrected"))),
      context_(new QSpinBox) {
    setObjectName("plain");
    gain_->setAccessibleName(tr("What mixing saves"));
    gain_->setToolTip(
        tr("How many bits per weight the front saves at the loss of the nearest uniform format.\n"
           "Coding gain: the mean over the geometric mean of how much a weight matters; 1 means that mixing "
           "brings "
           "nothing."));
    gain_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    buildChoices();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::medium);
    row->addWidget(gain_, 1);
    row->addWidget(corrected_);
    row->addWidget(peers_);
    row->addWidget(floor_);
    row->addWidget(context_);
}

void FrontOptions::buildChoices() {
    peers_->setToolTip(
        tr("What the rules of other programs and papers make of the same table, as thin lines: hover them "
           "for their "
           "names (Ctrl+Shift+A)"));
    floor_->setToolTip(
        tr("Reverse water-filling: less than this no choice could lose, were every number of bits a format "
           "(Ctrl+Shift+F)"));
    context_->setAccessibleName(tr("Context"));
    context_->setToolTip(tr(
        "Positions whose keys and values a card keeps beside the weights: cards are drawn where both fit"));
    context_->setRange(0, mostContext);
    context_->setSingleStep(contextStep);
    context_->setPrefix(tr("context "));
    context_->setObjectName("small");
    context_->setButtonSymbols(QAbstractSpinBox::NoButtons);
    context_->setKeyboardTracking(false);
    context_->setValue(static_cast<int>(session_.context()));
    context_->setFixedWidth(120);
    showValidated();
    connect(&session_, &Session::validatedChanged, this, &FrontOptions::showValidated);
    connect(&session_, &Session::changed, this, &FrontOptions::showValidated);
    connect(corrected_, &QCheckBox::clicked, &session_, &Session::setCorrected);
    connect(peers_, &QCheckBox::toggled, &session_, [this](bool on) { session_.comparison().showPeers(on); });
    connect(floor_, &QCheckBox::toggled, &session_, [this](bool on) { session_.comparison().showFloor(on); });
    connect(context_, &QSpinBox::valueChanged, &session_, [this](int value) { session_.setContext(value); });
}

void FrontOptions::showValidated() {
    const Validated* validated = session_.validated();
    corrected_->setEnabled(validated != nullptr);
    corrected_->setChecked(session_.question().correction != nullptr);
    corrected_->setToolTip(validated
                               ? tr("Judge every format by what running the model has taught:\n%1").arg(validated->words)
                               : tr("Run the model at points of the front first: Model, Check the front (Ctrl+R)"));
}

void FrontOptions::showGain() {
    gain_->setText(session_.gainWords());
}

}  // namespace dq::ui

#include "ui/views/front_options.hpp"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSpinBox>

#include "ui/session/session.hpp"
#include "ui/theme/icon.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"
#include "ui/views/front_legend.hpp"

namespace dq::ui {

namespace {
constexpr int mostContext = 1 << 20, contextStep = 1024;
}

FrontOptions::FrontOptions(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      measured_(new FrontLegend(FrontLegend::Part::Measured)),
      gain_(mutedLabel({})),
      peers_(new QCheckBox(tr("other allocators"))),
      metrics_(new QCheckBox(tr("other metrics"))),
      floor_(new QCheckBox(tr("floor"))),
      corrected_(new QCheckBox(tr("corrected"))),
      context_(new QSpinBox),
      card_(new QDoubleSpinBox) {
    setObjectName("plain");
    gain_->setAccessibleName(tr("What mixing saves"));
    gain_->setToolTip(
        tr("How many bits per weight the front saves at the loss of the nearest uniform format.\n"
           "Coding gain: the mean over the geometric mean of how much a weight matters; 1 means that mixing "
           "brings "
           "nothing."));
    buildChoices();
    buildBoxes();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::medium);
    row->addWidget(measured_);
    measured_->hide();
    row->addStretch(1);
    for (QWidget* part : std::initializer_list<QWidget*>{corrected_, peers_, metrics_, floor_, context_, card_})
        row->addWidget(part);
}

void FrontOptions::buildChoices() {
    peers_->setToolTip(
        tr("What the rules of other programs and papers make of the same table, as thin lines: hover them "
           "for their "
           "names (Ctrl+Shift+A)"));
    floor_->setToolTip(
        tr("Reverse water-filling: less than this no choice could lose, were every number of bits a format "
           "(Ctrl+Shift+F)"));
    metrics_->setToolTip(
        tr("The fronts that other metrics would choose, judged by the one asked for, as thin lines (Ctrl+Shift+M)"));
    peers_->setChecked(session_.comparison().peersShown());
    metrics_->setChecked(session_.comparison().metricsShown());
    floor_->setChecked(session_.comparison().floorShown());
    showValidated();
    connect(&session_, &Session::validatedChanged, this, &FrontOptions::showValidated);
    connect(&session_, &Session::changed, this, &FrontOptions::showValidated);
    connect(corrected_, &QCheckBox::clicked, &session_, &Session::setCorrected);
    connect(peers_, &QCheckBox::toggled, &session_, [this](bool on) { session_.comparison().showPeers(on); });
    connect(metrics_, &QCheckBox::toggled, &session_, [this](bool on) { session_.comparison().showMetrics(on); });
    connect(floor_, &QCheckBox::toggled, &session_, [this](bool on) { session_.comparison().showFloor(on); });
}

void FrontOptions::buildBoxes() {
    context_->setAccessibleName(tr("Context"));
    context_->setToolTip(tr(
        "Positions whose keys and values a card keeps beside the weights: cards are drawn where both fit"));
    context_->setRange(0, mostContext);
    context_->setSingleStep(contextStep);
    context_->setPrefix(tr("context "));
    context_->setObjectName("small");
    context_->setButtonSymbols(QAbstractSpinBox::NoButtons);
    context_->setKeyboardTracking(false);
    card_->setAccessibleName(tr("A card of your own"));
    card_->setToolTip(tr("Memory of a card that is none of the usual ones: drawn like them; 0 for none"));
    card_->setRange(0, mostCard);
    card_->setDecimals(1);
    card_->setPrefix(tr("card "));
    card_->setSuffix(tr(" GB"));
    card_->setSpecialValueText(tr("card: –"));
    card_->setObjectName("small");
    card_->setButtonSymbols(QAbstractSpinBox::NoButtons);
    card_->setKeyboardTracking(false);
    card_->setLocale(QLocale::c());
    showLook();
    for (QWidget* box : {static_cast<QWidget*>(context_), static_cast<QWidget*>(card_)})
        box->setFixedWidth(box->sizeHint().width());
    connect(&session_, &Session::lookChanged, this, &FrontOptions::showLook);
    connect(context_, &QSpinBox::valueChanged, &session_, [this](int value) { session_.setContext(value); });
    connect(card_, &QDoubleSpinBox::valueChanged, &session_, [this](double value) { session_.setOwnCard(value); });
}

void FrontOptions::showLook() {
    const QSignalBlocker quietContext(context_), quietCard(card_);
    context_->setValue(static_cast<int>(session_.context()));
    card_->setValue(session_.look().card);
}

void FrontOptions::showValidated() {
    const Validated* validated = session_.validated();
    corrected_->setEnabled(validated != nullptr);
    corrected_->setChecked(session_.question().correction != nullptr);
    corrected_->setIcon(session_.judgedOtherwise() ? icon("thin-line", IconInk::Measured) : QIcon());
    corrected_->setToolTip(validated
                               ? tr("Judge every format by what running the model has taught:\n%1").arg(validated->words) + '\n' +
                                     tr("Thin line: the front judged the other way.")
                               : tr("Run the model at points of the front first: Model, Check the front (Ctrl+R)"));
}

void FrontOptions::showMeasured(bool points) {
    measured_->setVisible(points);
}

void FrontOptions::showGain() {
    gain_->setText(session_.gainWords());
}

}  // namespace dq::ui

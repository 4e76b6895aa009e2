#include "ui/views/speed_dialog.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>

#include "core/base/error.hpp"
#include "ui/session/session.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"
#include "ui/views/quantity_box.hpp"
#include "ui/views/whole_words.hpp"

namespace dq::ui {

namespace {

constexpr double mostBandwidth = 1e6, mostTokens = 1e6, usualBandwidth = 1008, usualTokens = 30;
const char* const lastBandwidth = "speed/bandwidth";

/// What vendors state, GB/s.
struct Memory {
    const char* name;
    double gigabytesPerSecond;
};
constexpr Memory knownMemories[] = {
    {"two channels of DDR5-5600", 89.6}, {"Apple M4 Max", 546},      {"RTX 3060", 360},  {"RTX 4060 Ti", 288},
    {"RTX 3090", 936},                   {"RTX 4090", 1008},         {"RTX 5090", 1792}, {"L40S", 864},
    {"A100 80 GB", 2039},                {"H100 SXM", 3350},         {"H200", 4800},     {"B200", 8000},
};

}  // namespace

SpeedDialog::SpeedDialog(Session& session, QWidget* parent)
    : QDialog(parent),
      session_(session),
      limit_(new QCheckBox(tr("Keep a speed"))),
      memories_(new QComboBox),
      bandwidth_(new QuantityBox(tr("Memory bandwidth"), tr("What the memory with the weights reads in a second"))),
      tokens_(new QuantityBox(tr("Tokens a second"), tr("At least so many tokens a second, of one sequence"))),
      range_(mutedLabel({})),
      measured_(new QPushButton(tr("Measured costs…"))) {
    setWindowTitle(tr("Decode speed"));
    setMinimumWidth(460);
    keepWordsWhole(this);
    limit_->setToolTip(tr("The choice then keeps this speed as well as the size"));
    range_->setWordWrap(true);
    auto* what = mutedLabel(
        tr("A token reads all weights once (of the experts those it is sent to, of an embedding one row) and the cache of "
           "keys and values at the context of the front. Its time is these bytes over what the memory reads in a second: no "
           "program is faster, a good one comes near. With measured costs every format has its own rate."));
    what->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 18);
    column->setSpacing(space::medium);
    for (QWidget* part : std::initializer_list<QWidget*>{what, limit_, form(), range_, buttonRow()})
        column->addWidget(part);
    const auto wished = session.speed();
    if (wished) costs_ = wished->costs;
    showCosts();
    limit_->setChecked(wished.has_value());
    bandwidth_->showValue(wished ? wished->gigabytesPerSecond : QSettings().value(lastBandwidth, usualBandwidth).toDouble());
    tokens_->showValue(wished ? wished->tokensPerSecond : usualTokens);
    refresh();
    connect(memories_, &QComboBox::activated, this, &SpeedDialog::takeMemory);
    connect(bandwidth_, &QuantityBox::asked, this, &SpeedDialog::refresh);
    connect(tokens_, &QuantityBox::asked, this, [this] { limit_->setChecked(true); });
}

void SpeedDialog::fillMemories() {
    memories_->setAccessibleName(tr("Memory"));
    memories_->setToolTip(tr("What vendors state; type another figure beside it"));
    for (const Memory& one : knownMemories)
        memories_->addItem(QString::fromLatin1(one.name), one.gigabytesPerSecond);
    memories_->addItem(tr("another"), 0.0);
}

QWidget* SpeedDialog::form() {
    fillMemories();
    bandwidth_->setRange(0.1, mostBandwidth);
    bandwidth_->setDecimals(1);
    bandwidth_->setSuffix(tr(" GB/s"));
    tokens_->setRange(0.01, mostTokens);
    tokens_->setDecimals(2);
    auto* memory = new QHBoxLayout;
    memory->addWidget(memories_, 1);
    memory->addWidget(bandwidth_);
    auto* made = new QWidget;
    auto* lines = new QFormLayout(made);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->addRow(tr("Memory"), memory);
    lines->addRow(tr("Tokens a second, at least"), tokens_);
    lines->addRow(tr("Formats"), measured_);
    measured_->setToolTip(tr("What products with packed weights cost on a machine: a file that dynaquant-cli bench-decode --save has written"));
    measured_->setAutoDefault(false);
    connect(measured_, &QPushButton::clicked, this, &SpeedDialog::chooseCosts);
    return made;
}

QWidget* SpeedDialog::buttonRow() {
    auto *take = new QPushButton(tr("Apply")), *cancel = new QPushButton(tr("Cancel"));
    take->setObjectName("primary");
    take->setDefault(true);
    take->setToolTip(tr("Choose under both limits"));
    cancel->setToolTip(tr("Close without changing anything"));
    cancel->setAutoDefault(false);
    connect(take, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(take);
    return line;
}

void SpeedDialog::chooseCosts() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Measured costs"), {}, tr("Costs (*.json)"));
    if (!file.isEmpty()) takeCosts(file);
}

void SpeedDialog::takeCosts(const QString& file) {
    try {
        costs_ = allocate::readCosts(utf8(file));
    } catch (const Error& error) {
        range_->setText(text(error.what()));
        return;
    }
    bandwidth_->setValue(costs_.bytesPerSecond / 1e9);
    showCosts();
    refresh();
}

/// The button says where the figures come from.
void SpeedDialog::showCosts() {
    if (costs_.efficiency.empty()) return;
    measured_->setText(tr("%1 measured on %2").arg(costs_.efficiency.size()).arg(text(costs_.device)));
}

void SpeedDialog::takeMemory(int index) {
    const double gigabytes = memories_->itemData(index).toDouble();
    if (gigabytes > 0) bandwidth_->setValue(gigabytes);
}

void SpeedDialog::refresh() {
    const int known = memories_->findData(bandwidth_->value());
    memories_->setCurrentIndex(known < 0 ? memories_->count() - 1 : known);
    range_->setText(session_.speedRange(bandwidth_->value(), costs_));
}

void SpeedDialog::accept() {
    QSettings().setValue(lastBandwidth, bandwidth_->value());
    session_.setSpeed(limit_->isChecked() ? std::optional(Speed{bandwidth_->value(), tokens_->value(), costs_}) : std::nullopt);
    QDialog::accept();
}

}  // namespace dq::ui

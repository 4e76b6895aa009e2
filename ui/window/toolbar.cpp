#include "ui/window/toolbar.hpp"

#include <QAction>
#include <QComboBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStandardItemModel>

#include <algorithm>

#include "core/format/format.hpp"
#include "core/quality/peer_losses.hpp"
#include "ui/theme/icon.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"
#include "ui/words/core_words.hpp"

namespace dq::ui {

namespace {

constexpr QSize iconBox(20, 16);  // the drawing stands at the left of it, clear of the text

/// A button that does what the action does and is enabled when it is.
QPushButton* buttonFor(QAction* action, const QString& text) {
    auto* button = new QPushButton(action->icon(), text);
    if (!text.isEmpty()) button->setIconSize(iconBox);
    const auto follow = [button, action] {
        button->setEnabled(action->isEnabled());
        button->setToolTip(action->toolTip());
    };
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    QObject::connect(action, &QAction::changed, button, follow);
    follow();
    return button;
}

QString spoken(std::string_view name) {
    QString words = coreWords(name);
    if (words == text(name)) words.replace('-', ' ');
    words[0] = words[0].toUpper();
    return words;
}

/// Every way to share, and what it means.
std::vector<std::pair<allocate::Grouping, QString>> groupings() {
    using allocate::Grouping;
    return {{Grouping::Free, Toolbar::tr("Every matrix may have its own format")},
            {Grouping::Fused,
             Toolbar::tr(
                 "What loaders fuse shares a format: q, k and v of a layer, gate and up, all experts of a "
                 "layer")},
            {Grouping::Expert, Toolbar::tr("As fused, but each expert of a layer may have its own")},
            {Grouping::Stacks, Toolbar::tr("The gates of all experts of a layer share a format, so do the ups and the downs, as GGUF stacks them")},
            {Grouping::Block, Toolbar::tr("All matrices of a layer share a format")},
            {Grouping::Role, Toolbar::tr("All matrices of a role share a format, whatever their layer")}};
}

/// Whether enough of a palette was measured to speak of it: a few formats that others have too make no palette of their
/// own (all of GGUF's with an importance share two with those without).
bool offersChoice(const format::Palette& palette, const std::vector<std::string>& measured) {
    if (measured.empty()) return true;  // nothing is known yet
    const auto in = [](const std::vector<std::string>& names) {
        return [&names](const std::string& one) { return std::find(names.begin(), names.end(), one) != names.end(); };
    };
    const auto count = std::count_if(palette.formats.begin(), palette.formats.end(), in(measured));
    const bool holdsAll = std::all_of(measured.begin(), measured.end(), in(palette.formats));
    return count > 1 && (holdsAll || 4 * count >= std::ssize(palette.formats));
}

QWidget* separatorLine() {
    auto* line = new QFrame;
    line->setFixedSize(1, 26);
    line->setStyleSheet("background: palette(mid);");
    return line;
}

}  // namespace

Toolbar::Toolbar(const Buttons& buttons, QWidget* parent)
    : QWidget(parent),
      palette_(new QComboBox),
      metric_(new QComboBox),
      groups_(new QComboBox),
      price_(mutedLabel({})) {
    setObjectName("toolbar");
    setAttribute(Qt::WA_StyledBackground);
    fillCombos();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::medium, 7, space::medium, 7);
    row->setSpacing(space::small);
    row->addWidget(buttonFor(buttons.open, tr("Open…")));
    row->addWidget(buttonFor(buttons.measure, tr("Measure")));
    row->addSpacing(space::tight);
    row->addWidget(separatorLine());
    row->addSpacing(space::tight);
    const std::pair<QString, QComboBox*> questions[] = {
        {tr("Formats"), palette_}, {tr("Metric"), metric_}, {tr("Groups"), groups_}};
    for (const auto& [name, combo] : questions) {
        row->addWidget(mutedLabel(name));
        row->addWidget(combo);
        row->addSpacing(space::tight);
        combo->setAccessibleName(name);
        connect(combo, &QComboBox::activated, this, [this] { emit asked(question()); });
    }
    // Room for the price from the start: what stands behind it must not move.
    price_->setFixedWidth(price_->fontMetrics().horizontalAdvance("+88.8 %"));
    price_->setAccessibleName(tr("Price of the groups"));
    price_->setToolTip(tr("How much more is lost at the same bytes than if every matrix had its own format"));
    row->addWidget(price_);
    row->addStretch();
    const std::pair<QAction*, QString> drawn[] = {
        {buttons.undo, tr("Undo")}, {buttons.redo, tr("Redo")}, {buttons.saveRecipe, tr("Save recipe")}};
    for (const auto& [step, name] : drawn) {
        auto* button = buttonFor(step, {});
        button->setObjectName("glyph");
        button->setAccessibleName(name);
        row->addWidget(button);
    }
    auto* primary = buttonFor(buttons.exportModel, tr("Export…"));
    primary->setObjectName("primary");
    primary->setIcon(icon("export", IconInk::OnAccent));
    primary->setMinimumWidth(110);
    row->addWidget(primary);
}

void Toolbar::fillCombos() {
    palette_->setToolTip(tr("The formats a matrix may get"));
    for (const format::Palette& palette : format::palettes()) {
        palette_->addItem(text(palette.name), text(palette.name));
        palette_->setItemData(palette_->count() - 1, coreWords(palette.description), Qt::ToolTipRole);
    }
    metric_->setToolTip(tr("How a rounding error is judged"));
    for (const quality::Metric metric : quality::metrics()) {
        metric_->addItem(spoken(quality::metricName(metric)), static_cast<int>(metric));
        metric_->setItemData(metric_->count() - 1, coreWords(quality::metricSentence(metric)), Qt::ToolTipRole);
    }
    groups_->setToolTip(tr("Matrices that must share a format, because loaders fuse them"));
    for (const auto& [grouping, sentence] : groupings()) {
        groups_->addItem(coreWords(allocate::groupingName(grouping)), static_cast<int>(grouping));
        groups_->setItemData(groups_->count() - 1, sentence, Qt::ToolTipRole);
    }
}

Question Toolbar::question() const {
    return {.palette = utf8(palette_->currentData().toString()),
            .metric = static_cast<quality::Metric>(metric_->currentData().toInt()),
            .grouping = static_cast<allocate::Grouping>(groups_->currentData().toInt()),
            .constraints = constraints_};
}

void Toolbar::showMeasured(const std::vector<std::string>& formats) {
    const auto* items = qobject_cast<QStandardItemModel*>(palette_->model());
    for (int i = 0; i < palette_->count(); ++i) {
        const format::Palette palette = format::palette(utf8(palette_->itemData(i).toString()));
        const bool choice = offersChoice(palette, formats);
        items->item(i)->setEnabled(choice);
        palette_->setItemData(i, coreWords(palette.description) + (choice ? QString() : tr(" (not measured)")),
                              Qt::ToolTipRole);
    }
}

void Toolbar::showMetrics(const measure::Measurements* table) {
    const auto* items = qobject_cast<QStandardItemModel*>(metric_->model());
    for (int i = 0; i < metric_->count(); ++i) {
        const auto metric = static_cast<quality::Metric>(metric_->itemData(i).toInt());
        const bool known = !table || quality::isKnown(*table, metric);
        items->item(i)->setEnabled(known);
        metric_->setItemData(i, coreWords(quality::metricSentence(metric)) + (known ? QString() : tr(" (not measured)")), Qt::ToolTipRole);
    }
}

void Toolbar::showGroupingPrice(const QString& words) {
    price_->setText(words);
}

void Toolbar::showQuestion(const Question& question) {
    constraints_ = question.constraints;
    showPalette(text(question.palette));
    metric_->setCurrentIndex(std::max(0, metric_->findData(static_cast<int>(question.metric))));
    groups_->setCurrentIndex(std::max(0, groups_->findData(static_cast<int>(question.grouping))));
}

/// Formats somebody listed, or that a recipe brought, have no name of their own: one more line stands for them.
void Toolbar::showPalette(const QString& name) {
    int at = palette_->findData(name);
    if (at < 0) {
        if (own_ < 0) {
            own_ = palette_->count();
            palette_->addItem({});
        }
        at = own_;
        palette_->setItemText(at, tr("%1 chosen formats").arg(format::palette(utf8(name)).formats.size()));
        palette_->setItemData(at, name);
        palette_->setItemData(at, name, Qt::ToolTipRole);
    }
    palette_->setCurrentIndex(at);
}

void Toolbar::setQuestionEnabled(bool enabled) {
    for (QComboBox* combo : {palette_, metric_, groups_})
        combo->setEnabled(enabled);
}

}  // namespace dq::ui

#include "ui/window/export_dialog.hpp"

#include <QButtonGroup>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QVBoxLayout>

#include "ui/session/session.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"
#include "ui/views/whole_words.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

namespace {

const char* const lastTarget = "export/target";

QLabel* wrapped(QLabel* label) {
    label->setWordWrap(true);
    return label;
}

}  // namespace

ExportDialog::ExportDialog(Session& session, const QString& place, QWidget* parent)
    : QDialog(parent),
      session_(session),
      place_(place),
      undoneTo_(session.history().index()),
      loss_(session.hasFront() ? session.choice().loss : 0),
      grouping_(session.question().grouping),
      promise_(wrapped(new QLabel)),
      targets_(new QButtonGroup(this)),
      note_(wrapped(mutedLabel({}))),
      output_(new QLineEdit),
      complaint_(wrapped(mutedLabel({}))),
      export_(new QPushButton(tr("Export"))) {
    setWindowTitle(tr("Export"));
    setMinimumWidth(600);
    keepWordsWhole(this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 18);
    column->setSpacing(space::medium);
    column->addWidget(promise_);
    column->addWidget(targetRows());
    column->addWidget(note_);
    column->addWidget(placeRow());
    column->addWidget(complaint_);
    column->addWidget(buttonRow());
    follow();
    chooseTarget();
}

QWidget* ExportDialog::targetRows() {
    auto* rows = new QWidget;
    auto* column = new QVBoxLayout(rows);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::small);
    const QString last = QSettings().value(lastTarget, "native").toString();
    const std::vector<ExportTarget>& all = exportTargets();
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto* choice = new QRadioButton(all[i].title());
        choice->setObjectName(QString::fromStdString(all[i].name));
        choice->setToolTip(all[i].sentence());
        choice->setAccessibleDescription(all[i].sentence());
        choice->setChecked(last == choice->objectName());
        targets_->addButton(choice, static_cast<int>(i));
        auto* sentence = wrapped(mutedLabel(all[i].sentence()));
        sentence->setIndent(26);
        column->addWidget(choice);
        column->addWidget(sentence);
    }
    if (targets_->checkedId() < 0) targets_->buttons().back()->setChecked(true);
    return rows;
}

QWidget* ExportDialog::placeRow() {
    output_->setAccessibleName(tr("What to write"));
    output_->setToolTip(tr("It is written beside, checked, and then renamed; nothing is overwritten"));
    auto* browse = new QPushButton(tr("Choose…"));
    browse->setToolTip(tr("Choose the folder in which it is made"));
    browse->setAutoDefault(false);  // Enter exports, also after the button for it was disabled for a moment
    connect(browse, &QPushButton::clicked, this, &ExportDialog::choosePlace);
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(output_, 1);
    row->addWidget(browse);
    return line;
}

QWidget* ExportDialog::buttonRow() {
    export_->setObjectName("primary");
    export_->setDefault(true);
    export_->setToolTip(tr("Write and verify in the background"));
    auto* cancel = new QPushButton(tr("Cancel"));
    cancel->setToolTip(tr("Close without writing anything"));
    cancel->setAutoDefault(false);
    connect(export_, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(export_);
    return line;
}

void ExportDialog::follow() {
    connect(targets_, &QButtonGroup::idClicked, this, &ExportDialog::chooseTarget);
    connect(output_, &QLineEdit::textEdited, this, [this] { named_ = true; });
    connect(output_, &QLineEdit::textChanged, this, &ExportDialog::refresh);
    connect(&session_, &Session::changed, this, &ExportDialog::showSize);
    connect(&session_, &Session::changed, this, &ExportDialog::refresh);
    connect(&session_, &Session::busyChanged, this, &ExportDialog::settle);
    connect(this, &QDialog::rejected, this, &ExportDialog::takeBack);
    connect(this, &QDialog::accepted, this,
            [this] { QSettings().setValue(lastTarget, QString::fromStdString(target().name)); });
}

const ExportTarget& ExportDialog::target() const {
    return exportTargets()[static_cast<std::size_t>(targets_->checkedId())];
}

QString ExportDialog::output() const {
    return QDir::cleanPath(QDir::home().absoluteFilePath(output_->text().trimmed()));
}

void ExportDialog::setOutput(const QString& path) {
    named_ = true;
    output_->setText(path);
}

void ExportDialog::chooseTarget() {
    takeBack();
    unsettled_ = true;
    settle();
}

Question ExportDialog::needed() const {
    return questionFor(target(), session_.question(), session_.recipe(), session_.matrices());
}

/// Once the session shows the formats the dialog opened with, the target may ask for others.
void ExportDialog::settle() {
    if (leaving_ && !session_.busy()) return reject();
    if (unsettled_ && !session_.busy()) takeBack();  // what an earlier target asked for has only now been answered
    if (unsettled_ && !session_.busy()) {
        unsettled_ = false;
        if (session_.hasFront()) session_.ask(needed());
    }
    showSize();
    refresh();
}

/// Not before what the session is asked has been answered: only then can it be taken back.
void ExportDialog::reject() {
    leaving_ = session_.busy();
    if (!leaving_) QDialog::reject();
}

/// What was asked of the session on behalf of a target is undone, as if it had not been.
void ExportDialog::takeBack() {
    if (session_.history().index() > undoneTo_) session_.history().setIndex(undoneTo_);
}

void ExportDialog::choosePlace() {
    const QString parent =
        QFileDialog::getExistingDirectory(this, tr("Where to export"), QFileInfo(output()).path());
    if (!parent.isEmpty()) setOutput(parent + '/' + QFileInfo(output()).fileName());
}

/// Of the files as this target writes them: a plain checkpoint is larger than what the choice packs.
void ExportDialog::showSize() {
    if (!session_.hasFront() || session_.busy()) return;
    QString words = session_.name() + ": " + session_.status();
    if (const model::Model* const model = session_.model())
        if (const auto bytes = writtenBytes(target(), *model, session_.recipe())) words += tr(" · %1 on disk").arg(sizeText(*bytes));
    promise_->setText(words);
}

void ExportDialog::refresh() {
    if (!session_.hasFront()) return;
    if (!named_) {
        const QSignalBlocker quiet(output_);
        output_->setText(QStringLiteral("%1/%2-%3b%4")
                             .arg(place_, session_.name(), bitsNumber(session_.bitsPerWeight()), target().ending));
    }
    const bool changed = session_.history().index() > undoneTo_;
    note_->setText(changed ? noteWords() : QString());
    note_->setVisible(changed);
    const QString wrong = complaint();
    complaint_->setText(wrong);
    complaint_->setVisible(!wrong.isEmpty());
    export_->setEnabled(wrong.isEmpty() && !session_.busy());
}

/// What the target made of the choice, and what that costs at the same budget.
QString ExportDialog::noteWords() const {
    const QString unit = session_.explored()->lossUnit;
    QStringList words = {tr("The choice is now one that %1 loads, at the same budget: formats “%2”.")
                             .arg(target().loaders, QString::fromStdString(session_.question().palette))};
    if (target().fused)
        words << tr("What it fuses shares a format, and the embedding stays in BF16.");
    else if (target().stacked && session_.question().grouping != grouping_)
        words << tr("It keeps one matrix of all experts of a layer as one tensor, so these share a format.");
    if (session_.choice().loss != loss_)
        words << tr("Predicted loss: %1 instead of %2.").arg(lossText(session_.choice().loss, unit), lossText(loss_, unit));
    return (words << tr("Cancel takes that back.")).join(' ');
}

QString ExportDialog::complaint() const {
    if (session_.busy()) return tr("Choosing formats…");
    const QStringList strange = unloadable(target(), session_.recipe());
    if (!strange.isEmpty())
        return tr("%1 does not load %2: choose “%3” under Formats, or free what is pinned.")
            .arg(target().loaders, strange.join(", "), QString::fromStdString(target().palette));
    if (!(needed() == session_.question()))
        return (target().fused ? tr("%1 fuses q, k and v, gate and up, and reads the embedding in BF16: what is pinned forbids that.")
                               : tr("%1 keeps one matrix of all experts of a layer as one tensor: what is pinned forbids that."))
            .arg(target().loaders);
    const QFileInfo parent(QFileInfo(output()).path());
    if (output_->text().trimmed().isEmpty()) return tr("Name what to write.");
    if (QFileInfo::exists(output())) return tr("There is something of that name already; nothing is overwritten.");
    if (!parent.isDir()) return tr("The folder %1 does not exist.").arg(parent.filePath());
    if (!parent.isWritable()) return tr("The folder %1 cannot be written to.").arg(parent.filePath());
    return {};
}

}  // namespace dq::ui

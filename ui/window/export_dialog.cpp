#include "ui/window/export_dialog.hpp"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme/theme.hpp"
#include "ui/views/card.hpp"

namespace dq::ui {

ExportDialog::ExportDialog(const QString& suggested, const QString& promise, QWidget* parent)
    : QDialog(parent),
      folder_(new QLineEdit(suggested)),
      complaint_(mutedLabel({})),
      export_(new QPushButton(tr("Export"))) {
    setWindowTitle(tr("Export"));
    setMinimumWidth(560);
    folder_->setAccessibleName(tr("Folder to write"));
    folder_->setToolTip(tr("A new folder; it is written beside, checked, and then renamed"));
    auto* what = new QLabel(promise);
    what->setWordWrap(true);
    auto* target = mutedLabel(tr(
        "Native packed checkpoint: safetensors with packed codes and scales, recipe, config and tokenizer. "
        "Every tensor is read back and compared bit for bit."));
    target->setWordWrap(true);
    complaint_->setWordWrap(true);
    auto* browse = new QPushButton(tr("Choose…"));
    browse->setToolTip(tr("Choose the folder in which the new one is made"));
    export_->setObjectName("primary");
    export_->setDefault(true);
    export_->setToolTip(tr("Write and verify in the background"));
    auto* cancel = new QPushButton(tr("Cancel"));
    cancel->setToolTip(tr("Close without writing anything"));
    auto* place = new QHBoxLayout;
    place->addWidget(folder_, 1);
    place->addWidget(browse);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(export_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 18);
    column->setSpacing(space::medium);
    column->addWidget(what);
    column->addWidget(target);
    column->addLayout(place);
    column->addWidget(complaint_);
    column->addLayout(buttons);
    connect(browse, &QPushButton::clicked, this, &ExportDialog::choose);
    connect(folder_, &QLineEdit::textChanged, this, &ExportDialog::check);
    connect(export_, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    check();
}

QString ExportDialog::folder() const {
    return QDir::cleanPath(QDir::home().absoluteFilePath(folder_->text().trimmed()));
}

void ExportDialog::setFolder(const QString& folder) {
    folder_->setText(folder);
}

void ExportDialog::choose() {
    const QString parent =
        QFileDialog::getExistingDirectory(this, tr("Where to export"), QFileInfo(folder()).path());
    if (!parent.isEmpty()) folder_->setText(parent + '/' + QFileInfo(folder()).fileName());
}

void ExportDialog::check() {
    const QFileInfo parent(QFileInfo(folder()).path());
    const QString complaint =
        folder_->text().trimmed().isEmpty() ? tr("Name a folder to write.")
        : QFileInfo::exists(folder()) ? tr("There is something of that name already; nothing is overwritten.")
        : !parent.isDir()             ? tr("The folder %1 does not exist.").arg(parent.filePath())
        : !parent.isWritable()        ? tr("The folder %1 cannot be written to.").arg(parent.filePath())
                                      : QString();
    complaint_->setText(complaint);
    export_->setEnabled(complaint.isEmpty());
}

}  // namespace dq::ui

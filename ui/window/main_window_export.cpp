#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>

#include "core/base/atomic_file.hpp"
#include "core/recipe/recipe.hpp"
#include "ui/views/banner.hpp"
#include "ui/window/export_dialog.hpp"
#include "ui/window/main_window.hpp"

/// From the button to the verified checkpoint.
namespace dq::ui {

void MainWindow::askExport() {
    const QString model = QString::fromStdString(session_.path().string());
    // Beside the model, but not into the program's own files.
    const bool own = QDir::cleanPath(model) == demoModel();
    const QString place =
        own || !QFileInfo(QFileInfo(model).path()).isWritable() ? QDir::homePath() : QFileInfo(model).path();
    auto* dialog = new ExportDialog(session_, place, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { exportTo(dialog->output(), dialog->target().name); });
    dialog->open();
}

std::shared_ptr<QTemporaryDir> MainWindow::handOver() {
    auto folder = std::make_shared<QTemporaryDir>();
    try {
        writeFile(folder->filePath("recipe.json").toStdString(), recipe::toJson(session_.recipe()));
    } catch (...) {
        fail(failureOf(std::current_exception()));
        return nullptr;
    }
    return folder;
}

void MainWindow::exportTo(const QString& output, const std::string& target) {
    if (!session_.hasFront() || !session_.hasModel()) return;
    const auto handedOver = handOver();
    if (!handedOver) return;
    enqueue({.kind = Job::Kind::Export,
             .name = tr("Exporting"),
             .about = output,
             .arguments = exportArguments(session_.path(), handedOver->filePath("recipe.json"), QString::fromStdString(target), output,
                                          session_.cache()),
             .keeps = handedOver});
}

void MainWindow::exported(const QJsonObject& result) {
    const QString output = result["folder"].toString();
    const QString shown = QFileInfo(output).isDir() ? output : QFileInfo(output).path();
    banner_->showGood(tr("Exported to %1 and verified: every tensor was read back and compared.").arg(output), shown);
    emit jobEnded();
}

}  // namespace dq::ui

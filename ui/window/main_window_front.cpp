#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>

#include "core/base/atomic_file.hpp"
#include "core/report/front_csv.hpp"
#include "ui/plots/front_plot.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/compare_page.hpp"
#include "ui/views/front_options.hpp"
#include "ui/views/speed_dialog.hpp"
#include "ui/views/tab_card.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/workspace.hpp"

/// What the window's actions do to the picture of the front, and putting a choice aside.
namespace dq::ui {

void MainWindow::takeSnapshot() {
    session_.takeSnapshot();
    workspace_->side()->showPage(workspace_->comparePage());
}

void MainWindow::askSpeed() {
    SpeedDialog(session_, this).exec();
}

void MainWindow::zoomIn() {
    workspace_->frontPlot()->zoomIn();
}

void MainWindow::zoomOut() {
    workspace_->frontPlot()->zoomOut();
}

void MainWindow::showWholeFront() {
    workspace_->frontPlot()->showAll();
}

void MainWindow::togglePeers() {
    workspace_->frontOptions()->peers()->toggle();
}

void MainWindow::toggleMetrics() {
    workspace_->frontOptions()->metrics()->toggle();
}

void MainWindow::toggleFloor() {
    workspace_->frontOptions()->floor()->toggle();
}

void MainWindow::askPicture() {
    const QString file =
        QFileDialog::getSaveFileName(this, tr("Save picture of the front"), session_.name() + "-front.png",
                                     tr("Pictures (*.png *.svg *.pdf)"));
    if (!file.isEmpty()) savePicture(file);
}

void MainWindow::savePicture(const QString& file) {
    const QByteArray picture = workspace_->frontPlot()->picture(QFileInfo(file).suffix());
    if (picture.isEmpty())
        return fail({"input", tr("%1: pictures are saved as .png, .svg or .pdf.").arg(file), {}});
    save(file, {picture.constData(), static_cast<std::size_t>(picture.size())}, tr("Picture saved to %1."));
}

void MainWindow::askData() {
    const QString file = QFileDialog::getSaveFileName(this, tr("Save data of the front"),
                                                      session_.name() + "-front.csv", tr("Tables (*.csv)"));
    if (!file.isEmpty()) saveData(file);
}

void MainWindow::saveData(const QString& file) {
    if (!session_.hasFront()) return;
    save(file, report::frontCsv(*session_.explored()->front, session_.comparison().peers()),
         tr("Data saved to %1."));
}

void MainWindow::save(const QString& file, std::string_view bytes, const QString& done) {
    try {
        writeFile(file.toStdString(), bytes);
        banner_->showGood(done.arg(file), QFileInfo(file).path());
    } catch (...) {
        fail(failureOf(std::current_exception()));
    }
}

}  // namespace dq::ui

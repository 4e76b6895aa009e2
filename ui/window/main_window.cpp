#include "ui/window/main_window.hpp"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "core/base/version.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/heatmap.hpp"
#include "ui/views/measure_card.hpp"
#include "ui/views/start_page.hpp"
#include "ui/views/status_line.hpp"
#include "ui/window/toolbar.hpp"
#include "ui/window/workspace.hpp"

namespace dq::ui {

MainWindow::MainWindow(std::filesystem::path cache) : session_(std::move(cache)) {
    setWindowTitle(tr("DynaQuant"));
    setAcceptDrops(true);
    buildActions();
    buildMenus();
    buildPages();
    connectParts();
    follow(Stage::Model);
    resize(1440, 900);
}

MainWindow::~MainWindow() = default;

QAction* MainWindow::action(const QString& text, const QKeySequence& keys, const QString& tip,
                            void (MainWindow::*slot)()) {
    auto* made = new QAction(text, this);
    made->setShortcut(keys);
    made->setToolTip(keys.isEmpty() ? tip : tip + " (" + keys.toString(QKeySequence::NativeText) + ')');
    connect(made, &QAction::triggered, this, slot);
    return made;
}

void MainWindow::buildActions() {
    actions_.open = action(tr("&Open…"), QKeySequence::Open,
                           tr("Open a checkpoint folder or a measured table"), &MainWindow::askOpen);
    actions_.saveRecipe =
        action(tr("&Save recipe…"), QKeySequence::Save, tr("Save which format each matrix gets, as JSON"),
               &MainWindow::askRecipeFile);
    actions_.exportModel = action(tr("&Export…"), QKeySequence("Ctrl+E"),
                                  tr("Write the quantized checkpoint and verify it"), &MainWindow::askExport);
    actions_.close = action(tr("&Close model"), QKeySequence::Close, tr("Back to the start page"),
                            &MainWindow::closeModel);
    actions_.quit = new QAction(tr("&Quit"), this);
    actions_.quit->setShortcut(QKeySequence::Quit);
    connect(actions_.quit, &QAction::triggered, this, &QWidget::close);
    actions_.measure =
        action(tr("&Measure"), QKeySequence("Ctrl+M"), tr("Measure how much every matrix minds every format"),
               &MainWindow::askMeasure);
    actions_.cancel = action(tr("&Cancel the running job"), QKeySequence("Ctrl+."),
                             tr("Stop what is running"), &MainWindow::cancelJob);
    actions_.smaller = action(tr("One step s&maller"), QKeySequence("Ctrl+["),
                              tr("The next smaller point of the front"), &MainWindow::stepSmaller);
    actions_.larger = action(tr("One step &larger"), QKeySequence("Ctrl+]"),
                             tr("The next larger point of the front"), &MainWindow::stepLarger);
    actions_.knee = action(tr("To the &knee"), QKeySequence("Ctrl+K"),
                           tr("Where the curve bends most on linear axes"), &MainWindow::toKnee);
    actions_.logLoss = action(tr("&Logarithmic loss"), QKeySequence("Ctrl+L"),
                              tr("Logarithmic or linear loss axis"), &MainWindow::toggleLogLoss);
    actions_.logLoss->setCheckable(true);
    actions_.logLoss->setChecked(session_.logLoss());
    actions_.about = action(tr("&About DynaQuant"), {}, tr("Version and licence"), &MainWindow::showAbout);
}

void MainWindow::buildMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(actions_.open);
    recentMenu_ = file->addMenu(tr("Open &recent"));
    file->addAction(tr("Open the &demo"), this, &MainWindow::openDemo);
    file->addSeparator();
    file->addActions({actions_.saveRecipe, actions_.exportModel});
    file->addSeparator();
    file->addActions({actions_.close, actions_.quit});
    QMenu* model = menuBar()->addMenu(tr("&Model"));
    model->addActions({actions_.measure, actions_.cancel});
    model->addSeparator();
    model->addActions({actions_.smaller, actions_.larger, actions_.knee});
    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addAction(actions_.logLoss);
    buildThemeMenu(view->addMenu(tr("&Colours")));
    menuBar()->addMenu(tr("&Help"))->addAction(actions_.about);
    summary_ = new QLabel;
    summary_->setObjectName("muted");
    summary_->setContentsMargins(0, 7, space::large, 0);
    menuBar()->setCornerWidget(summary_);
}

void MainWindow::buildThemeMenu(QMenu* menu) {
    auto* group = new QActionGroup(this);
    const std::pair<QString, Scheme> schemes[] = {
        {tr("As the &system"), Scheme::System}, {tr("&Light"), Scheme::Light}, {tr("&Dark"), Scheme::Dark}};
    for (const auto& [name, scheme] : schemes) {
        QAction* choice = menu->addAction(name, this, [scheme] { applyTheme(*qApp, scheme); });
        choice->setCheckable(true);
        choice->setChecked(scheme == Scheme::System);
        group->addAction(choice);
    }
}

void MainWindow::buildPages() {
    toolbar_ = new Toolbar({actions_.open, actions_.measure, actions_.saveRecipe, actions_.exportModel});
    start_ = new StartPage(recent_);
    start_->setDemoAvailable(!demoModel().isEmpty());
    workspace_ = new Workspace(session_);
    status_ = new StatusLine;
    pages_ = new QStackedWidget;
    pages_->addWidget(start_);
    pages_->addWidget(workspace_);
    auto* centre = new QWidget;
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(toolbar_);
    column->addWidget(pages_, 1);
    column->addWidget(status_);
    setCentralWidget(centre);
    centre->setFocusPolicy(Qt::ClickFocus);
    centre->setFocus();  // no button looks chosen before a key is pressed
    banner_ = new Banner(pages_);
}

void MainWindow::connectParts() {
    connect(&session_, &Session::changed, this, &MainWindow::follow);
    connect(&session_, &Session::failed, this, &MainWindow::fail);
    connect(&session_, &Session::busyChanged, this, [this](bool busy) {
        enableActions();
        if (!busy) emit settled();
    });
    connect(&session_, &Session::logLossChanged, actions_.logLoss, &QAction::setChecked);
    connect(toolbar_, &Toolbar::asked, &session_, &Session::ask);
    connect(start_, &StartPage::openAsked, this, &MainWindow::askOpen);
    connect(start_, &StartPage::demoAsked, this, &MainWindow::openDemo);
    connect(start_, &StartPage::recentAsked, this, &MainWindow::openModel);
    connect(workspace_->measureCard(), &MeasureCard::measureAsked, this, &MainWindow::measure);
    connect(workspace_->measureCard(), &MeasureCard::chooseAsked, this, &MainWindow::askCalibration);
    connect(workspace_->measureCard(), &MeasureCard::cancelAsked, this, &MainWindow::cancelJob);
    connect(status_, &StatusLine::cancelAsked, this, &MainWindow::cancelJob);
    connect(&recent_, &QAbstractItemModel::modelReset, this, &MainWindow::fillRecentMenu);
    fillRecentMenu();
}

void MainWindow::fillRecentMenu() {
    recentMenu_->clear();
    for (const QString& path : recent_.paths())
        recentMenu_->addAction(path, this, [this, path] { openModel(path); });
    recentMenu_->setEnabled(!recent_.paths().isEmpty());
}

void MainWindow::follow(Stage from) {
    if (from <= Stage::Table) {
        const bool open = session_.hasModel() || session_.hasTable();
        pages_->setCurrentIndex(open ? 1 : 0);
        summary_->setText(session_.summary());
        summary_->adjustSize();
        menuBar()->setCornerWidget(summary_);  // once more: it asks for the size only here
        setWindowTitle(open ? session_.name() + tr(" – DynaQuant") : tr("DynaQuant"));
        status_->setMeasuredOn(session_.measuredOn());
        workspace_->measureCard()->setMeasured(session_.hasFront());
    }
    if (from == Stage::Model) {
        if (session_.hasModel())
            workspace_->measureCard()->showModel(session_.summary(), ownCalibration(session_.path()));
        if (!session_.path().empty()) recent_.add(QString::fromStdString(session_.path().string()));
    }
    toolbar_->showQuestion(session_.question());
    enableActions();
}

void MainWindow::showStatus() {
    const bool waiting = session_.hasModel() && !session_.hasFront() && !jobRunning();
    status_->setChoice(waiting ? tr("Not measured yet: choose a calibration text and measure.")
                               : session_.status());
}

void MainWindow::enableActions() {
    showStatus();
    const bool front = session_.hasFront(), idle = !jobRunning();
    for (QAction* one :
         {actions_.saveRecipe, actions_.smaller, actions_.larger, actions_.knee, actions_.logLoss})
        one->setEnabled(front);
    actions_.exportModel->setEnabled(front && session_.hasModel() && idle);
    actions_.measure->setEnabled(session_.hasModel() && idle);
    actions_.cancel->setEnabled(!idle);
    actions_.close->setEnabled((session_.hasModel() || session_.hasTable()) && idle);
    toolbar_->setQuestionEnabled(front);
}

void MainWindow::fail(const Failure& failure) {
    toolbar_->showQuestion(session_.question());
    banner_->showFailure(failure);
}

void MainWindow::toggleLogLoss() {
    session_.setLogLoss(!session_.logLoss());
}

void MainWindow::showAbout() {
    QMessageBox::about(this, tr("About DynaQuant"),
                       tr("<b>DynaQuant %1</b><p>Picks a quantization format for every weight matrix of a "
                          "language model.</p>"
                          "<p>GPL-3.0-or-later. Built with Qt and QCustomPlot.</p>")
                           .arg(text(toolVersion)));
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    openModel(event->mimeData()->urls().front().toLocalFile());
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    banner_->place();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!jobRunning()) return event->accept();
    const auto answer = QMessageBox::question(
        this, tr("Still running"),
        tr("%1 is still running. What is finished is kept. Stop it and close?").arg(jobName_));
    if (answer != QMessageBox::Yes) return event->ignore();
    cancelJob();
    event->accept();
}

}  // namespace dq::ui

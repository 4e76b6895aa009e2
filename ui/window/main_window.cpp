#include "ui/window/main_window.hpp"

#include <QAction>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <thread>

#include "core/base/version.hpp"
#include "ui/session/estimate.hpp"
#include "ui/views/banner.hpp"
#include "ui/views/budget_bar.hpp"
#include "ui/views/heatmap.hpp"
#include "ui/views/map_card.hpp"
#include "ui/views/measure_card.hpp"
#include "ui/views/start_page.hpp"
#include "ui/views/status_line.hpp"
#include "ui/window/toolbar.hpp"
#include "ui/window/workspace.hpp"

namespace dq::ui {

namespace {
constexpr int rememberMilliseconds = 2000;
constexpr int warmUpMilliseconds = 60;  // after the window is seen

/// Not one of the JSON files a checkpoint consists of.
bool isRecipe(const QString& file) {
    const QFileInfo info(file);
    return info.fileName().endsWith("recipe.json") ||
           (info.suffix() == "json" && !QFileInfo::exists(info.path() + "/config.json"));
}
}  // namespace

MainWindow::MainWindow(std::filesystem::path cache) : session_(std::move(cache)) {
    setAcceptDrops(true);
    connectSession();
    build();
    resize(1440, 900);
}

void MainWindow::build() {
    buildActions();
    buildMenus();
    buildPages();
    connectParts();
    showStage(Stage::Model);
}

/// Session and jobs stay as they are; what shows them is made anew, so that every word is asked for again.
void MainWindow::rebuild() {
    const bool worked = workspace_ != nullptr;
    const MeasureSettings form = worked ? workspace_->measureCard()->settings() : MeasureSettings{};
    if (worked) rememberPanes();
    workspace_ = nullptr;
    delete takeCentralWidget();
    setMenuBar(new QMenuBar);
    qDeleteAll(findChildren<QAction*>(Qt::FindDirectChildrenOnly));
    restores_ = restores_ || worked;
    build();
    if (!worked) return;
    workspace().measureCard()->setSettings(form);
    if (const Job* job = jobs_.running()) beginJob(job->id);
    showJobs();
}

/// Members end one after the other, and what they say on the way must not reach slots that ask for those already gone.
MainWindow::~MainWindow() {
    session_.history().disconnect(this);
    session_.disconnect(this);
    jobs_.disconnect(this);
}

void MainWindow::buildPages() {
    toolbar_ = new Toolbar({actions_.open, actions_.measure, actions_.undo, actions_.redo,
                            actions_.saveRecipe, actions_.exportModel});
    start_ = new StartPage(recent_);
    start_->setDemoAvailable(!demoModel().isEmpty());
    status_ = new StatusLine;
    pages_ = new QStackedWidget;
    pages_->addWidget(start_);
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
    connect(banner_, &Banner::accepted, this, &MainWindow::resumeMeasuring);
}

Workspace& MainWindow::workspace() {
    if (!workspace_) buildWorkspace();
    return *workspace_;
}

void MainWindow::buildWorkspace() {
    workspace_ = new Workspace(session_, jobs_);
    pages_->addWidget(workspace_);
    banner_->raise();
    viewMenu_->addMenu(workspace_->mapCard()->modeMenu());
    viewMenu_->addMenu(workspace_->mapCard()->expertMenu());
    connect(workspace_->measureCard(), &MeasureCard::measureAsked, this, &MainWindow::measure);
    connect(workspace_->measureCard(), &MeasureCard::chooseAsked, this, &MainWindow::askCalibration);
    connect(workspace_->measureCard(), &MeasureCard::cancelAsked, this, &MainWindow::cancelJob);
    connect(workspace_->budgetBar(), &BudgetBar::speedAsked, this, &MainWindow::askSpeed);
    if (restores_) restorePanes();
}

void MainWindow::connectSession() {
    connect(&session_, &Session::changed, this, &MainWindow::follow);
    connect(&session_, &Session::failed, this, &MainWindow::fail);
    connect(&session_, &Session::busyChanged, this, [this](bool busy) {
        enableActions();
        if (!busy) emit settled();
    });
    connect(&session_, &Session::selectionChanged, this, &MainWindow::enableActions);
    connect(&session_.history(), &QUndoStack::indexChanged, this, &MainWindow::enableActions);
    remembering_.setSingleShot(true);
    remembering_.setInterval(rememberMilliseconds);
    connect(&session_, &Session::changed, &remembering_, qOverload<>(&QTimer::start));
    connect(&remembering_, &QTimer::timeout, this, &MainWindow::remember);
    connect(&recent_, &QAbstractItemModel::modelReset, this, &MainWindow::fillRecentMenu);
    connectJobs();
}

void MainWindow::connectParts() {
    connect(&session_, &Session::lookChanged, actions_.logLoss, [this] {
        actions_.logLoss->setChecked(session_.logLoss());
        actions_.perplexity->setChecked(session_.look().perplexity);
    });
    connect(toolbar_, &Toolbar::asked, &session_, &Session::ask);
    connect(start_, &StartPage::openAsked, this, &MainWindow::askOpen);
    connect(start_, &StartPage::fileAsked, this, &MainWindow::askOpenFile);
    connect(start_, &StartPage::demoAsked, this, &MainWindow::openDemo);
    connect(start_, &StartPage::recentAsked, this, &MainWindow::openModel);
    connect(status_, &StatusLine::cancelAsked, this, &MainWindow::cancelJob);
    fillRecentMenu();
}

void MainWindow::fillRecentMenu() {
    recentMenu_->clear();
    for (const QString& path : recent_.paths())
        recentMenu_->addAction(path, this, [this, path] { openModel(path); });
    recentMenu_->setEnabled(!recent_.paths().isEmpty());
}

void MainWindow::follow(Stage from) {
    showStage(from);
    if (from != Stage::Model) return;
    if (remembers_ && !session_.path().empty()) recent_.add(QString::fromStdString(session_.path().string()));
    if (remembers_) resumeSession();
    offerToResume();
}

void MainWindow::showStage(Stage from) {
    if (from <= Stage::Table) {
        const bool open = session_.hasModel() || session_.hasTable();
        pages_->setCurrentWidget(open ? static_cast<QWidget*>(&workspace()) : start_);
        summary_->setText(session_.summary());
        summary_->adjustSize();
        menuBar()->setCornerWidget(summary_);  // once more: it asks for the size only here
        setWindowTitle(open ? session_.name() + tr(" – DynaQuant") : tr("DynaQuant"));
        status_->setMeasuredOn(session_.measuredOn());
        if (open) workspace_->measureCard()->setMeasured(session_.hasFront());
    }
    if (from == Stage::Model && session_.hasModel())
        workspace_->measureCard()->showModel(session_.summary(), estimateOf(*session_.model(), std::thread::hardware_concurrency()).words(),
                                             ownCalibration(session_.path()));
    if (from <= Stage::Table) {
        toolbar_->showMeasured(session_.hasTable() ? session_.table()->formats : std::vector<std::string>{});
        toolbar_->showMetrics(session_.table());
    }
    if (from <= Stage::Front) toolbar_->showQuestion(session_.question());
    toolbar_->showGroupingPrice(session_.groupingPriceWords());
    enableActions();
}

void MainWindow::nameHistory() {
    const QUndoStack& history = session_.history();
    const auto name = [](QAction* action, const QString& verb, const QString& what, bool possible) {
        action->setEnabled(possible);
        action->setText(what.isEmpty() ? verb : verb + ' ' + what);
        action->setToolTip(action->text() + " (" + action->shortcut().toString(QKeySequence::NativeText) +
                           ')');
    };
    name(actions_.undo, tr("Undo"), history.undoText(), history.canUndo() && session_.hasFront());
    name(actions_.redo, tr("Redo"), history.redoText(), history.canRedo() && session_.hasFront());
}

void MainWindow::showStatus() {
    const bool waiting = session_.hasModel() && !session_.hasFront() && !jobRunning();
    status_->setChoice(
        waiting ? tr("Not measured yet: choose a calibration text and measure.") : session_.status(),
        session_.certificateWords());
}

void MainWindow::enableActions() {
    showStatus();
    const bool front = session_.hasFront(), idle = !jobRunning();
    nameHistory();
    actions_.pin->setEnabled(front && !session_.selection().empty());
    actions_.clear->setEnabled(!session_.question().constraints.empty());
    for (QAction* one : {actions_.saveRecipe, actions_.openRecipe, actions_.snapshot, actions_.smaller, actions_.larger, actions_.knee, actions_.speed,
                         actions_.logLoss, actions_.perplexity, actions_.metrics, actions_.zoomIn, actions_.zoomOut, actions_.whole, actions_.peers,
                         actions_.floor, actions_.picture, actions_.data})
        one->setEnabled(front);
    actions_.exportModel->setEnabled(front && session_.hasModel());
    actions_.measure->setEnabled(session_.hasModel() && !jobs_.has(Job::Kind::Measure));
    actions_.validate->setEnabled(front && session_.hasModel() && !jobs_.has(Job::Kind::Validate));
    actions_.evaluate->setEnabled(front && session_.hasModel());
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

void MainWindow::togglePerplexity() {
    session_.setPerplexity(!session_.look().perplexity);
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
    const QString file = event->mimeData()->urls().front().toLocalFile();
    isRecipe(file) ? openRecipe(file) : openModel(file);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    banner_->place();
}

/// What will be needed next is made while the person reads the start page.
void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    if (!workspace_ && !event->spontaneous()) QTimer::singleShot(warmUpMilliseconds, this, [this] { workspace(); });
}

void MainWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) rebuild();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    remember();
    if (!jobRunning()) return event->accept();
    const auto answer = QMessageBox::question(
        this, tr("Still running"),
        tr("%1 is still running. What is finished is kept. Stop it and close?").arg(runningName()));
    if (answer != QMessageBox::Yes) return event->ignore();
    jobs_.cancelAll();
    event->accept();
}

}  // namespace dq::ui

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>

#include "ui/theme/icon.hpp"
#include "ui/views/constraint_menu.hpp"
#include "ui/window/main_window.hpp"
#include "ui/words/language.hpp"

/// The window's actions and where they stand in the menus.
namespace dq::ui {

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
                           tr("Open a checkpoint folder"), &MainWindow::askOpen);
    actions_.openFile = action(tr("Open a &file…"), QKeySequence("Ctrl+Alt+O"), tr("Open a GGUF file of F32, F16 or BF16 weights, or a measured table"),
                               &MainWindow::askOpenFile);
    actions_.openRecipe = action(tr("Open r&ecipe…"), QKeySequence("Ctrl+Shift+O"),
                                 tr("Pin the formats a recipe gives, where its matrices are those of this model"),
                                 &MainWindow::askRecipe);
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
    actions_.validate = action(tr("Check the &front"), QKeySequence("Ctrl+R"),
                               tr("Run the model at points of the front, and learn from what it does"),
                               &MainWindow::validate);
    actions_.evaluate = action(tr("&Evaluate this recipe"), QKeySequence("Ctrl+Shift+R"),
                               tr("Run the choice in hand on the evaluation text, and draw what it does beside the prediction"),
                               &MainWindow::evaluate);
    actions_.cancel = action(tr("&Cancel the running job"), QKeySequence("Ctrl+."),
                             tr("Stop what is running"), &MainWindow::cancelJob);
    actions_.undo = action(tr("&Undo"), QKeySequence("Ctrl+Z"), tr("Undo"), &MainWindow::undo);
    actions_.redo = action(tr("&Redo"), QKeySequence("Ctrl+Shift+Z"), tr("Redo"), &MainWindow::redo);
    actions_.pin =
        action(tr("&Pin the selected matrices"), QKeySequence("Ctrl+P"),
               tr("Keep the formats they have now, whatever the budget"), &MainWindow::pinSelected);
    actions_.clear =
        action(tr("&Clear all constraints"), QKeySequence("Ctrl+Shift+K"),
               tr("Let the budget decide again for every matrix"), &MainWindow::clearConstraints);
    actions_.snapshot = action(tr("&Take a snapshot"), QKeySequence("Ctrl+D"),
                               tr("Put the choice aside to compare with"), &MainWindow::takeSnapshot);
    buildViewActions();
    actions_.smaller = action(tr("One step s&maller"), QKeySequence("Ctrl+["),
                              tr("The next smaller point of the front"), &MainWindow::stepSmaller);
    actions_.larger = action(tr("One step &larger"), QKeySequence("Ctrl+]"),
                             tr("The next larger point of the front"), &MainWindow::stepLarger);
    actions_.knee = action(tr("To the &knee"), QKeySequence("Ctrl+K"),
                           tr("Where the curve bends most on linear axes"), &MainWindow::toKnee);
    actions_.speed = action(tr("&Decode speed…"), QKeySequence("Ctrl+T"),
                            tr("Keep a number of tokens a second beside the size"), &MainWindow::askSpeed);
    actions_.about = action(tr("&About DynaQuant"), {}, tr("Version and licence"), &MainWindow::showAbout);
    drawActions();
}

/// What is ticked in a menu has no icon: the tick stands in its place.
void MainWindow::drawActions() {
    const std::pair<QAction*, const char*> drawn[] = {
        {actions_.open, "open"},         {actions_.openFile, "open-file"},
        {actions_.openRecipe, "recipe"}, {actions_.saveRecipe, "save"},
        {actions_.exportModel, "export"}, {actions_.close, "close"},       {actions_.quit, "quit"},
        {actions_.measure, "measure"},   {actions_.validate, "validate"}, {actions_.evaluate, "evaluate"},
        {actions_.cancel, "cancel"},     {actions_.undo, "undo"},         {actions_.redo, "redo"},
        {actions_.pin, "pin"},           {actions_.clear, "clear"},       {actions_.snapshot, "snapshot"},
        {actions_.smaller, "smaller"},   {actions_.larger, "larger"},     {actions_.knee, "knee"},
        {actions_.speed, "speed"},       {actions_.zoomIn, "zoom-in"},    {actions_.zoomOut, "zoom-out"},
        {actions_.whole, "whole"},       {actions_.picture, "picture"},   {actions_.data, "data"},
        {actions_.about, "about"}};
    for (const auto& [action, name] : drawn) action->setIcon(icon(name));
}

void MainWindow::buildViewActions() {
    actions_.logLoss = action(tr("&Logarithmic loss"), QKeySequence("Ctrl+L"),
                              tr("Logarithmic or linear loss axis"), &MainWindow::toggleLogLoss);
    actions_.logLoss->setCheckable(true);
    actions_.logLoss->setChecked(session_.logLoss());
    actions_.perplexity = action(tr("Loss as &perplexity"), QKeySequence("Ctrl+Shift+L"),
                                 tr("What perplexity grows by, in place of nats per token"), &MainWindow::togglePerplexity);
    actions_.perplexity->setCheckable(true);
    actions_.perplexity->setChecked(session_.look().perplexity);
    actions_.zoomIn = action(tr("Zoom &in"), QKeySequence("Ctrl+="), tr("Look closer at the current point"),
                             &MainWindow::zoomIn);
    actions_.zoomOut =
        action(tr("Zoom &out"), QKeySequence("Ctrl+-"), tr("See more of the front"), &MainWindow::zoomOut);
    actions_.whole = action(tr("&Whole front"), QKeySequence("Ctrl+0"), tr("See all of the front"),
                            &MainWindow::showWholeFront);
    actions_.peers = action(tr("Compare with other &allocators"), QKeySequence("Ctrl+Shift+A"),
                            tr("Draw what other rules make of the same table"), &MainWindow::togglePeers);
    actions_.metrics = action(tr("Compare with other &metrics"), QKeySequence("Ctrl+Shift+M"),
                              tr("Draw what the front would be, chosen by another metric"), &MainWindow::toggleMetrics);
    actions_.floor = action(tr("&Floor of any choice"), QKeySequence("Ctrl+Shift+F"),
                            tr("Draw the reverse water-filling bound"), &MainWindow::toggleFloor);
    actions_.picture = action(tr("Save &picture of the front…"), QKeySequence("Ctrl+Shift+E"),
                              tr("As PNG, SVG or PDF"), &MainWindow::askPicture);
    actions_.data = action(tr("Save &data of the front…"), QKeySequence("Ctrl+Shift+D"),
                           tr("Every point of the front and what is compared, as CSV"), &MainWindow::askData);
}

void MainWindow::buildMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addActions({actions_.open, actions_.openFile});
    recentMenu_ = file->addMenu(tr("Open &recent"));
    file->addAction(icon("demo"), tr("Open the &demo"), this, &MainWindow::openDemo);
    file->addSeparator();
    file->addActions({actions_.openRecipe, actions_.saveRecipe, actions_.exportModel});
    file->addSeparator();
    file->addActions({actions_.picture, actions_.data});
    file->addSeparator();
    file->addActions({actions_.close, actions_.quit});
    buildEditMenu();
    QMenu* model = menuBar()->addMenu(tr("&Model"));
    model->addActions({actions_.measure, actions_.validate, actions_.evaluate, actions_.cancel});
    model->addSeparator();
    model->addActions({actions_.smaller, actions_.larger, actions_.knee, actions_.speed});
    QMenu* view = viewMenu_ = menuBar()->addMenu(tr("&View"));
    view->addActions({actions_.logLoss, actions_.perplexity, actions_.peers, actions_.metrics, actions_.floor});
    view->addSeparator();
    view->addActions({actions_.zoomIn, actions_.zoomOut, actions_.whole});
    view->addSeparator();
    buildThemeMenu(view->addMenu(tr("&Colours")));
    buildLanguageMenu(view->addMenu(tr("Lan&guage")));
    menuBar()->addMenu(tr("&Help"))->addAction(actions_.about);
    summary_ = new QLabel;
    summary_->setObjectName("muted");
    summary_->setContentsMargins(0, 7, space::large, 0);
    menuBar()->setCornerWidget(summary_);
}

void MainWindow::buildEditMenu() {
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    edit->addActions({actions_.undo, actions_.redo});
    edit->addSeparator();
    edit->addActions({actions_.pin, actions_.clear, actions_.snapshot});
    QMenu* selected = edit->addMenu(tr("&Selected matrices"));
    connect(selected, &QMenu::aboutToShow, this,
            [this, selected] { fillConstraintMenu(*selected, session_); });
}

void MainWindow::buildThemeMenu(QMenu* menu) {
    auto* group = new QActionGroup(this);
    const std::pair<QString, Scheme> schemes[] = {
        {tr("As the &system"), Scheme::System}, {tr("&Light"), Scheme::Light}, {tr("&Dark"), Scheme::Dark}};
    for (const auto& [name, scheme] : schemes) {
        QAction* choice = menu->addAction(name, this, [scheme] {
            applyTheme(*qApp, scheme);
            rememberScheme(scheme);
        });
        choice->setCheckable(true);
        choice->setChecked(scheme == chosenScheme());
        group->addAction(choice);
    }
}

void MainWindow::buildLanguageMenu(QMenu* menu) {
    auto* group = new QActionGroup(this);
    const auto add = [&](const QString& name, const QString& code) {
        QAction* choice = menu->addAction(name, this, [code] {
            rememberLanguage(code);
            speak(code);
        });
        choice->setCheckable(true);
        choice->setChecked(code == rememberedLanguage());
        group->addAction(choice);
    };
    add(tr("As the &system"), {});
    for (const Language& one : languages())
        add(one.name, one.code);
}

}  // namespace dq::ui

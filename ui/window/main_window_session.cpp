#include <QFileDialog>
#include <QFileInfo>
#include <QJsonDocument>
#include <QMessageBox>
#include <QSettings>
#include <QSplitter>

#include "ui/session/cell_shades.hpp"
#include "ui/session/recipe_fit.hpp"
#include "ui/views/map_card.hpp"
#include "ui/views/tab_card.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/workspace.hpp"

/// What is remembered from one run to the next, and opening recipes.
namespace dq::ui {

namespace {

constexpr int mostRemembered = 32;  // models

QString keyOf(const std::string& fingerprint) {
    return "sessions/" + text(fingerprint).remove('/');
}

/// Of the models remembered longest ago, those beyond the most go.
void touch(QSettings& settings, const QString& key) {
    QStringList order = settings.value("sessions/order").toStringList();
    order.removeAll(key);
    order.prepend(key);
    while (order.size() > mostRemembered)
        settings.remove(order.takeLast());
    settings.setValue("sessions/order", order);
}

}  // namespace

void MainWindow::remember() const {
    if (!remembers_) return;
    QSettings settings;
    settings.setValue("window/geometry", saveGeometry());
    rememberPanes();
    settings.setValue("window/open", QString::fromStdString(session_.path().string()));
    if (!session_.hasFront()) return;
    const QString key = keyOf(session_.table()->key.model);
    settings.setValue(key, QJsonDocument(toJson(session_.saved())).toJson(QJsonDocument::Compact));
    touch(settings, key);
}

void MainWindow::rememberPanes() const {
    if (!workspace_) return;  // then they are as they were left
    QSettings settings;
    settings.setValue("window/columns", workspace_->columns()->saveState());
    settings.setValue("window/rows", workspace_->rows()->saveState());
    settings.setValue("window/side", workspace_->side()->page());
    settings.setValue("window/colour", cellModeKey(workspace_->mapCard()->mode()));
}

void MainWindow::restoreLayout() {
    const QByteArray geometry = QSettings().value("window/geometry").toByteArray();
    if (!geometry.isEmpty()) restoreGeometry(geometry);
    restores_ = true;
    if (workspace_) restorePanes();
}

void MainWindow::restorePanes() {
    const QSettings settings;
    workspace_->columns()->restoreState(settings.value("window/columns").toByteArray());
    workspace_->rows()->restoreState(settings.value("window/rows").toByteArray());
    workspace_->side()->showPage(settings.value("window/side").toInt());
    const CellMode mode = cellModeOf(settings.value("window/colour").toString());
    if (mode != CellMode::Difference) workspace_->mapCard()->showMode(mode);
}

QString MainWindow::lastOpen() {
    const QString path = QSettings().value("window/open").toString();
    return QFileInfo::exists(path) ? path : QString();
}

/// A model seen before goes on where it was left.
void MainWindow::resumeSession() {
    if (!session_.hasFront()) return;
    const QByteArray saved = QSettings().value(keyOf(session_.table()->key.model)).toByteArray();
    if (const auto view = savedViewOf(QJsonDocument::fromJson(saved).object())) session_.resume(*view);
}

void MainWindow::askRecipe() {
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Open recipe"), QString::fromStdString(session_.path().string()), tr("Recipes (*.json)"));
    if (!file.isEmpty()) openRecipe(file);
}

void MainWindow::openRecipe(const QString& file) {
    if (!session_.hasFront())
        return fail({"input", tr("Open and measure the model first: a recipe says nothing without one."), {}});
    try {
        const recipe::Recipe recipe = recipe::read(file.toStdString());
        const QString name = QFileInfo(file).fileName().remove(".json").remove(".recipe");
        const RecipeFit fit = fitOf(recipe, *session_.table());
        if (fit.complaints.isEmpty()) return session_.applyRecipe(recipe, name);
        if (fit.matching == 0)
            return fail({"input", tr("%1 fits no matrix of this model.").arg(file), fit.complaints.join('\n')});
        askToApply(recipe, name, fit);
    } catch (...) {
        fail(failureOf(std::current_exception()));
    }
}

void MainWindow::askToApply(const recipe::Recipe& recipe, const QString& name, const RecipeFit& fit) {
    auto* box = new QMessageBox(QMessageBox::Question, tr("Another model's recipe"),
                                tr("%1 does not fit this model. Apply it to the %2 matrices whose names match?")
                                    .arg(name, countText(fit.matching)),
                                QMessageBox::Apply | QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(fit.complaints.join("\n\n"));
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::finished, this, [this, recipe, name](int answer) {
        if (answer == QMessageBox::Apply) session_.applyRecipe(recipe, name);
    });
    box->open();
}

}  // namespace dq::ui

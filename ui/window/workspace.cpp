#include "ui/window/workspace.hpp"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "ui/models/matrix_model.hpp"
#include "ui/plots/front_plot.hpp"
#include "ui/session/weight_lookup.hpp"
#include "ui/theme/theme.hpp"
#include "ui/views/budget_bar.hpp"
#include "ui/views/card.hpp"
#include "ui/views/compare_page.hpp"
#include "ui/views/constraint_menu.hpp"
#include "ui/views/front_legend.hpp"
#include "ui/views/front_options.hpp"
#include "ui/views/heatmap.hpp"
#include "ui/views/histogram_view.hpp"
#include "ui/views/inspector.hpp"
#include "ui/views/jobs_page.hpp"
#include "ui/views/map_card.hpp"
#include "ui/views/measure_card.hpp"
#include "ui/views/tab_card.hpp"
#include "ui/views/table_card.hpp"
#include "ui/views/water_page.hpp"
#include "ui/views/water_view.hpp"

namespace dq::ui {

namespace {
constexpr int sideWidth = 336, narrowestSide = 300;

QSplitter* splitter(Qt::Orientation orientation) {
    auto* made = new QSplitter(orientation);
    made->setChildrenCollapsible(false);
    made->setHandleWidth(orientation == Qt::Horizontal ? space::medium : space::small);
    return made;
}
}  // namespace

Workspace::Workspace(Session& session, JobQueue& jobs, QWidget* parent)
    : QWidget(parent),
      session_(session),
      model_(new MatrixModel(this)),
      top_(new QStackedWidget),
      measure_(new MeasureCard),
      budget_(new BudgetBar(session)),
      map_(new MapCard(session)),
      heatmap_(map_->heatmap()),
      table_(new TableCard(*model_)),
      inspector_(new Inspector),
      weights_(new WeightLookup(this)),
      water_(new WaterPage(session)),
      compare_(new ComparePage(session)),
      jobs_(new JobsPage(jobs)) {
    setObjectName("page");
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::medium, space::medium, space::medium, space::medium);
    columns_ = splitter(Qt::Horizontal);
    columns_->addWidget(buildLeft());
    columns_->addWidget(buildSide());
    columns_->setStretchFactor(0, 1);
    columns_->setSizes({10 * sideWidth, sideWidth});
    row->addWidget(columns_);
    connectViews();
    follow(Stage::Model);
}

QWidget* Workspace::buildLeft() {
    auto* upper = new QWidget;
    auto* column = new QVBoxLayout(upper);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::small);
    top_->addWidget(buildFrontCard());
    top_->addWidget(measure_);
    column->addWidget(top_, 1);
    column->addWidget(budget_);
    rows_ = splitter(Qt::Vertical);
    const std::pair<QWidget*, int> parts[] = {{upper, 10}, {map_, 5}, {buildBottom(), 4}};
    for (const auto& [part, stretch] : parts) {
        rows_->addWidget(part);
        rows_->setStretchFactor(rows_->count() - 1, stretch);
    }
    rows_->setSizes({460, 190, 160});
    return rows_;
}

QWidget* Workspace::buildBottom() {
    bottom_ = new TabCard(tr("Matrices and jobs"));
    bottom_->addPage(tr("Matrices"), table_);
    bottom_->addPage(tr("Jobs"), jobs_);
    bottom_->corner()->addWidget(table_->tools());
    connect(bottom_->tabs(), &QTabBar::currentChanged, this,
            [this](int page) { table_->tools()->setVisible(page == 0); });
    return bottom_;
}

void Workspace::showJobCount(int count) {
    bottom_->setTitle(jobs_, count > 0 ? tr("Jobs (%1)").arg(count) : tr("Jobs"));
}

QWidget* Workspace::buildSide() {
    side_ = new TabCard(tr("What is looked at"));
    side_->setMinimumWidth(narrowestSide);
    side_->addPage(tr("Matrix"), inspector_);
    side_->addPage(tr("Water"), water_);
    side_->addPage(tr("Compare"), compare_);
    connect(side_->tabs(), &QTabBar::currentChanged, this, &Workspace::showSide);
    return side_;
}

QWidget* Workspace::buildFrontCard() {
    auto* card = new Card(tr("Quality against memory"));
    axis_ = linkButton({}, tr("Logarithmic or linear loss"));
    unit_ = linkButton({}, tr("The loss in nats per token, or as what perplexity grows by"));
    front_ = new FrontPlot;
    card->header()->addWidget(unit_);
    card->header()->addWidget(axis_);
    options_ = new FrontOptions(session_);
    card->header()->addWidget(options_->gain());
    card->header()->addStretch();
    card->header()->addWidget(new FrontLegend(FrontLegend::Part::Predicted));
    card->body()->addWidget(options_);
    correction_ = mutedLabel({});
    correction_->setWordWrap(true);
    correction_->setAccessibleName(tr("What the correction changes"));
    correction_->setToolTip(tr("The choice by the table's predictions beside the choice by what running the model has taught"));
    correction_->hide();
    card->body()->addWidget(correction_);
    card->body()->addWidget(front_, 1);
    return card;
}

void Workspace::connectViews() {
    connect(&session_, &Session::changed, this, &Workspace::follow);
    connect(&session_, &Session::selectionChanged, this, &Workspace::showSelection);
    connect(front_, &FrontPlot::budgetAsked, &session_, [this](qint64 bytes) { session_.setBudget(bytes); });
    connect(front_, &FrontPlot::stepAsked, &session_, &Session::stepVertices);
    connect(heatmap_, &Heatmap::picked, &session_, &Session::selectMany);
    connect(heatmap_, &Heatmap::menuAsked, this, &Workspace::askConstraints);
    connect(table_, &TableCard::menuAsked, this, &Workspace::askConstraints);
    connectHover();
    connect(inspector_, &Inspector::weightsWanted, this, [this] {
        weights_->forget();
        lookAtWeights();
    });
    connect(weights_, &WeightLookup::found, inspector_->histogram(), &HistogramView::show);
    connect(weights_, &WeightLookup::failed, inspector_->histogram(), &HistogramView::showNothing);
    connect(measure_, &MeasureCard::backAsked, this, [this] { showMeasuring(false); });
    connect(table_, &TableCard::picked, &session_, &Session::selectMany);
    connect(axis_, &QPushButton::clicked, &session_, [this] { session_.setLogLoss(!session_.logLoss()); });
    connect(unit_, &QPushButton::clicked, &session_, [this] { session_.setPerplexity(!session_.perplexity()); });
    connect(&session_, &Session::validatedChanged, this, &Workspace::showFront);
    connect(&session_.comparison(), &Comparison::changed, this, &Workspace::showFront);
    connect(&session_, &Session::lookChanged, this, &Workspace::showFront);
}

/// What the mouse is over in one of them is marked in all.
void Workspace::connectHover() {
    WaterView* water = water_->view();
    connect(heatmap_, &Heatmap::hovered, water, &WaterView::setHovered);
    connect(heatmap_, &Heatmap::hovered, model_, &MatrixModel::setHovered);
    connect(water, &WaterView::hovered, heatmap_, &Heatmap::setHovered);
    connect(water, &WaterView::hovered, model_, &MatrixModel::setHovered);
    connect(table_, &TableCard::hovered, heatmap_, &Heatmap::setHovered);
    connect(table_, &TableCard::hovered, water, &WaterView::setHovered);
    connect(table_, &TableCard::hovered, model_, &MatrixModel::setHovered);
}

void Workspace::follow(Stage from) {
    if (from <= Stage::Table) showModel();
    if (from <= Stage::Front) {
        showFront();
        compare_->showSnapshots();  // under another metric they lose something else
    }
    if (from > Stage::Front || !session_.hasFront()) showChoice();  // showFront() does so itself
}

void Workspace::showModel() {
    model_->reset(session_.matrices());
    map_->showModel();
    showMeasuring(!session_.hasFront());
}

void Workspace::showMeasuring(bool on) {
    top_->setCurrentIndex(on ? 1 : 0);
}

void Workspace::showFront() {
    budget_->showRange();
    water_->showFront();
    nameAxis();
    if (!session_.hasFront()) return front_->clear();
    drawFront();
    showChoice();
}

void Workspace::nameAxis() {
    const bool nats = session_.hasFront() && session_.explored()->lossUnit.startsWith("nats");
    axis_->setText(session_.logLoss() ? tr("log") : tr("linear"));
    unit_->setEnabled(nats);
    unit_->setText(!nats ? tr("loss") : session_.perplexity() ? tr("perplexity grows by %") : tr("loss in nats per token"));
}

void Workspace::drawFront() {
    if (!session_.hasFront()) return;
    const Explored& explored = *session_.explored();
    std::vector<FrontPlot::CardLine> cards;
    for (const CardRoom& card : session_.cards())
        if (card.room >= session_.smallest() && card.room <= session_.largest())
            cards.push_back({card.room, card.label});
    std::vector<FrontPlot::MeasuredPoint> measured;
    const bool nats = explored.lossUnit.startsWith("nats");  // what was measured is
    if (session_.validated() && nats)
        for (const Validated::Point& point : session_.validated()->points)
            measured.push_back({point.bytes, point.kl, point.low, point.high, {}});
    if (session_.validated() && nats)
        for (const Validated::Pair& pair : session_.validated()->pairs)
            measured.push_back({pair.after.bytes, pair.after.kl, pair.after.low, pair.after.high, tr("measured: the corrected choice")});
    if (nats)
        for (const Evaluated& point : session_.evaluations())
            measured.push_back({point.bytes, point.kl.mean, point.kl.low, point.kl.high, {}});
    const Curve otherwise = otherwiseCurve();
    options_->showMeasured(!measured.empty());
    front_->show({.picture = &explored.picture,
                  .unit = session_.sizeUnit(),
                  .lossUnit = explored.lossUnit,
                  .logLoss = session_.logLoss(),
                  .perplexity = session_.perplexity(),
                  .peers = &session_.comparison().peers(),
                  .floor = &session_.comparison().floor(),
                  .metrics = &session_.comparison().metrics(),
                  .otherwise = otherwise.points.empty() ? nullptr : &otherwise,
                  .cards = std::move(cards),
                  .measured = std::move(measured)});
}

/// The front judged the other way, as its picture has it; without points: there is none.
Curve Workspace::otherwiseCurve() const {
    Curve curve{std::string(Comparison::otherwiseName), {}, {}};
    if (const Explored* other = session_.judgedOtherwise())
        for (std::size_t i = 0; i < other->picture.bytes.size(); ++i)
            curve.points.push_back({static_cast<Bytes>(other->picture.bytes[i]), other->picture.loss[i]});
    return curve;
}

void Workspace::showCorrection() {
    const QString words = session_.correctionWords();
    correction_->setVisible(!words.isEmpty());
    // What stands below must not move while the budget does.
    correction_->setMinimumHeight(2 * correction_->fontMetrics().lineSpacing());
    correction_->setText(words);
}

void Workspace::showChoice() {
    showCorrection();
    map_->showChoice();
    model_->setDifference(session_.difference());
    model_->setStates(session_.explored(), session_.states());
    table_->showCompared(session_.difference() != nullptr);
    budget_->showBudget();
    if (session_.hasFront()) {
        const allocate::Choice& choice = session_.choice();
        const double bits = session_.explored()->problem().bitsPerWeight(choice.bytes);
        const QString gap =
            choice.gap() <= 0 ? tr("optimal") : tr("gap %1 %").arg(numberText(choice.gap() * 100, 2));
        front_->setCurrent(
            choice.bytes, choice.loss, sizeText(choice.bytes) + " · " + bitsText(bits),
            session_.perplexity()
                ? tr("perplexity %1 · %2").arg(perplexityText(choice.loss), gap)
                : tr("loss %1 · %2").arg(lossText(choice.loss, shortLossUnit(session_.explored()->lossUnit)), gap));
    }
    options_->showGain();
    showSelection();
}

QLabel* Workspace::constraintsLabel() const {
    return map_->constraintsLabel();
}

QPushButton* Workspace::clearButton() const {
    return map_->clearButton();
}

/// Read from the checkpoint, so only while they are seen.
void Workspace::lookAtWeights() {
    const int selected = session_.selected();
    if (!inspector_->weightsShown() || !session_.hasFront() || selected < 0) return;
    const auto m = static_cast<std::size_t>(selected);
    const measure::MatrixRow& row = session_.table()->rows[m];
    const model::Model* model = session_.model();
    const auto at = model ? model->indexOf(row.name) : std::nullopt;
    if (!at) return inspector_->histogram()->showNothing(tr("The weights are in the model, which is not open."));
    const model::WeightMatrix& matrix = model->matrices()[*at];
    weights_->ask({model->sharedCheckpoint(), model->tensor(matrix), matrix.name,
                   utf8(session_.explored()->formatName(session_.states()[m].format)), matrix.rows, matrix.cols});
}

void Workspace::askConstraints(const QPoint& global) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillConstraintMenu(*menu, session_);
    menu->popup(global);
}

void Workspace::showSelection() {
    const int selected = session_.selected();
    heatmap_->setSelected(session_.selection(), selected);
    table_->setSelected(session_.selection(), selected);
    showSide();
}

/// Of the pages beside each other only the one that is seen follows a moving budget.
void Workspace::showSide() {
    const int selected = session_.selected();
    if (side_->page() == 1) {
        water_->showChoice();
        return water_->view()->setSelected(session_.selection(), selected);
    }
    if (side_->page() == 2) return compare_->showDifference();
    if (const auto inspection = session_.inspection()) {
        inspector_->show(*inspection);
        return lookAtWeights();
    }
    if (selected < 0) return inspector_->clear();
    const MatrixInfo& info = session_.matrices()[static_cast<std::size_t>(selected)];
    inspector_->showPlain(info.shortName,
                          info.shape() + " · " + weightsText(info.weights()) + tr("\nnot measured yet"));
}

}  // namespace dq::ui

#include "ui/plots/front_plot.hpp"

#include <qcustomplot.h>

#include <QHBoxLayout>

#include <algorithm>
#include <cmath>

#include "ui/plots/handle_item.hpp"
#include "ui/plots/marks_item.hpp"
#include "ui/plots/overlay_items.hpp"
#include "ui/plots/plot_style.hpp"
#include "ui/theme/theme.hpp"

namespace dq::ui {

namespace {
constexpr double mostNats = 40;  // beyond it perplexity is no number one reads
}

FrontPlot::FrontPlot(QWidget* parent)
    : QWidget(parent), plot_(new QCustomPlot(this)), sizeTicker_(new PlainTicker) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(plot_);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumHeight(124);
    setAccessibleName(tr("Quality against memory"));
    setAccessibleDescription(
        tr("The front of best choices. Arrow keys move the budget one step, Page keys ten; plus and minus "
           "zoom, zero "
           "shows all."));
    setToolTip({});
    buildPlot();
    restyle();
}

void FrontPlot::buildPlot() {
    plot_->setFocusPolicy(Qt::NoFocus);
    plot_->setMouseTracking(true);
    plot_->installEventFilter(this);
    plot_->setAutoAddPlottableToLegend(false);
    plot_->xAxis->setTicker(sizeTicker_);
    plot_->xAxis->ticker()->setTickCount(10);
    plot_->addLayer("marks", plot_->layer("main"), QCustomPlot::limAbove);
    plot_->layer("overlay")->setMode(QCPLayer::lmBuffered);
    line_ = plot_->addGraph();
    feasible_ = new FeasibleItem(plot_);
    feasible_->setLayer("background");
    cards_ = new CardsItem(plot_);
    cards_->setLayer("grid");
    marks_ = new MarksItem(plot_);
    marks_->setLayer("marks");
    crosshair_ = new CrosshairItem(plot_);
    crosshair_->setLayer("overlay");
    crosshair_->setClipToAxisRect(false);
    crosshair_->setVisible(false);
    handle_ = new HandleItem(plot_);
    handle_->setLayer("overlay");
    handle_->setClipToAxisRect(false);
    handle_->setVisible(false);
    plot_->axisRect()->setMinimumMargins(QMargins(46, 6, 14, 20));
    // Labels and handle need pixels, which are known once the layout is done: after every whole drawing.
    connect(plot_, &QCustomPlot::afterReplot, this,
            [this] { handle_->avoid(marks_->linePixels(), marks_->labelRects()); });
}

void FrontPlot::restyle() {
    applyStyle(*plot_);
    QPen pen(theme().accent, 2 * devicePixelRatioF());  // cosmetic pens count device pixels
    pen.setCosmetic(true);
    line_->setPen(pen);
    plot_->xAxis->grid()->setVisible(true);
    if (!empty_) setMarks();
    if (!empty_) setCurves();
    redraw();
}

QWidget* FrontPlot::canvas() const {
    return plot_;
}

double FrontPlot::drawn(double loss) const {
    return perplexity_ ? 100 * std::expm1(std::min(loss, mostNats)) : loss;
}

double FrontPlot::shownLoss(double loss) const {
    return logLoss_ ? std::max(drawn(loss), floor_) : drawn(loss);
}

void FrontPlot::show(const Scene& scene) {
    picture_ = *scene.picture;
    unit_ = scene.unit;
    lossUnit_ = scene.lossUnit;
    const bool keepZoom = zoomed_ && scene.logLoss == logLoss_ && scene.perplexity == perplexity_ && !empty_;
    logLoss_ = scene.logLoss;
    perplexity_ = scene.perplexity;
    empty_ = picture_.bytes.empty();
    if (empty_) return clear();
    cardLines_ = scene.cards;
    measured_ = scene.measured;
    curves_ = scene.peers ? *scene.peers : std::vector<Curve>{};
    if (scene.metrics) curves_.insert(curves_.end(), scene.metrics->begin(), scene.metrics->end());
    if (scene.otherwise) curves_.push_back(*scene.otherwise);
    if (scene.floor && !scene.floor->points.empty()) curves_.push_back(*scene.floor);
    setAxes();
    setEnds(keepZoom);
    setMarks();
    setCurves();
    handle_->setVisible(true);
    redraw();
}

void FrontPlot::setAxes() {
    double low = picture_.bytes.front(), high = picture_.bytes.back(), top = picture_.loss.front();
    for (const FrontPicture::Uniform& one : picture_.uniforms) {
        low = std::min(low, one.bytes);
        high = std::max(high, one.bytes);
        if (logLoss_) top = std::max(top, one.loss);
    }
    for (const MeasuredPoint& one : measured_)
        top = std::max(top, one.high);
    top = drawn(top);
    const double margin = std::max((high - low) * 0.025, high * 1e-3);
    wholeX_ = {unit_.of(low - margin), unit_.of(high + margin)};
    sizeTicker_->unit = unit_.name;
    if (logLoss_) {
        const double bottom = drawn(picture_.smallestLoss > 0 ? picture_.smallestLoss : 1e-9);
        floor_ = bottom / 2.2;
        plot_->yAxis->setScaleType(QCPAxis::stLogarithmic);
        plot_->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new DecadeTicker));
        wholeY_ = {floor_ / 1.25, std::max(top, bottom) * 2};
    } else {
        plot_->yAxis->setScaleType(QCPAxis::stLinear);
        plot_->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new PlainTicker));
        wholeY_ = {-top * 0.03, top * 1.06};
    }
}

void FrontPlot::setEnds(bool keepZoom) {
    if (keepZoom) return limit();
    zoomed_ = false;
    plot_->xAxis->setRange(wholeX_.low, wholeX_.high);
    plot_->yAxis->setRange(wholeY_.low, wholeY_.high);
}

void FrontPlot::setCurves() {
    for (QCPGraph* graph : thin_)
        plot_->removeGraph(graph);
    thin_.clear();
    for (const Curve& curve : curves_) {
        QVector<double> x, y;
        for (const allocate::Vertex& point : curve.points) {
            x.append(unit_.of(point.bytes));
            y.append(shownLoss(point.loss));
        }
        QCPGraph* graph = plot_->addGraph();
        graph->setLayer("grid");  // beneath the front
        graph->setData(x, y, true);
        const bool floor = curve.name == Comparison::floorName;
        const bool metric = curve.name.starts_with(Comparison::metricMark);
        const bool otherwise = curve.name == Comparison::otherwiseName;
        QPen pen(floor || otherwise ? theme().measured : metric ? theme().muted : theme().stock, devicePixelRatioF());
        pen.setCosmetic(true);
        if (floor) pen.setStyle(Qt::DashLine);
        graph->setPen(pen);
        thin_.push_back(graph);
    }
    std::vector<CardsItem::Card> cards;
    for (const CardLine& line : cardLines_)
        cards.push_back({unit_.of(line.bytes), line.label});
    cards_->set(std::move(cards));
    if (picture_.bytes.empty())
        feasible_->set(0, 0);
    else
        feasible_->set(unit_.of(picture_.bytes.front()), unit_.of(picture_.bytes.back()));
}

void FrontPlot::setMarks() {
    QVector<double> x, y;
    QVector<QPointF> line;
    for (std::size_t i = 0; i < picture_.bytes.size(); ++i) {
        x.append(unit_.of(picture_.bytes[i]));
        y.append(shownLoss(picture_.loss[i]));
        line.append({x.back(), y.back()});
    }
    line_->setData(x, y, true);
    const Theme& t = theme();
    std::vector<Mark> marks = {{unit_.of(picture_.knee.bytes), shownLoss(picture_.knee.loss),
                                Mark::Shape::Diamond, 13, t.accent, t.accent, picture_.knee.label(), false}};
    for (const FrontPicture::Uniform& one : picture_.uniforms)
        marks.push_back({unit_.of(one.bytes), shownLoss(one.loss), Mark::Shape::Square, 7, t.uniform, t.muted,
                         one.label, false});
    for (const MeasuredPoint& one : measured_)
        marks.push_back({unit_.of(one.bytes), shownLoss(one.loss), Mark::Shape::Disc, 7, t.measured, t.measured,
                         {}, false, shownLoss(one.low), shownLoss(one.high)});
    marks_->set(std::move(marks), std::move(line));
}

void FrontPlot::setCurrent(Bytes bytes, double loss, const QString& title, const QString& detail) {
    currentBytes_ = bytes;
    currentLoss_ = loss;
    handle_->set(unit_.of(bytes), shownLoss(loss), title, detail);
    plot_->layer("overlay")->replot();
}

void FrontPlot::clear() {
    empty_ = true;
    picture_ = {};
    line_->setData({}, {});
    marks_->set({}, {});
    curves_.clear();
    cardLines_.clear();
    measured_.clear();
    setCurves();
    zoomed_ = false;
    drag_ = Drag::None;
    handle_->setVisible(false);
    crosshair_->setVisible(false);
    redraw();
}

void FrontPlot::redraw() {
    plot_->replot();                    // places labels
    plot_->layer("overlay")->replot();  // the handle, now knowing them
}

double FrontPlot::pixelOf(Bytes bytes) const {
    return plot_->xAxis->coordToPixel(unit_.of(bytes));
}

double FrontPlot::bytesAt(double pixel) const {
    return plot_->xAxis->pixelToCoord(pixel) * unit_.bytes;
}

QPointF FrontPlot::handlePosition() const {
    return handle_->position();
}

QString FrontPlot::crosshairText() const {
    return crosshair_->text();
}

}  // namespace dq::ui

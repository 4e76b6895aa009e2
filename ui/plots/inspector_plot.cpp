#include "ui/plots/inspector_plot.hpp"

#include <qcustomplot.h>

#include <QHBoxLayout>
#include <QToolTip>

#include <algorithm>

#include "ui/plots/marks_item.hpp"
#include "ui/plots/plot_style.hpp"
#include "ui/theme/theme.hpp"

namespace dq::ui {

namespace {

/// The chosen format by its full name, of the others one name per family, at its first point on the hull.
std::vector<QString> labelsOf(const std::vector<Inspection::Point>& points) {
    std::vector<QString> labels(points.size());
    QStringList families;
    for (const Inspection::Point& point : points)
        if (point.chosen) families << formatFamily(point.format);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const QString family = formatFamily(points[i].format);
        if (points[i].chosen)
            labels[i] = points[i].format;
        else if (points[i].onHull && !families.contains(family))
            labels[i] = family;
        else
            continue;
        families << family;
        if (points[i].loss == 0) labels[i] += InspectorPlot::tr(": no loss");
    }
    return labels;
}

}  // namespace

InspectorPlot::InspectorPlot(QWidget* parent)
    : QWidget(parent), plot_(new QCustomPlot(this)), sizeTicker_(new PlainTicker) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(plot_);
    setMinimumHeight(130);
    setAccessibleName(tr("Loss of the selected matrix against its size"));
    plot_->setFocusPolicy(Qt::NoFocus);
    plot_->setMouseTracking(true);
    plot_->installEventFilter(this);
    plot_->xAxis->setTicker(sizeTicker_);
    plot_->xAxis->ticker()->setTickCount(4);
    plot_->addLayer("marks", plot_->layer("main"), QCustomPlot::limAbove);
    hull_ = plot_->addGraph();
    tangent_ = plot_->addGraph();
    marks_ = new MarksItem(plot_);
    marks_->setLayer("marks");
    plot_->axisRect()->setMinimumMargins(QMargins(40, 6, 8, 20));
    applyStyle(*plot_);
}

double InspectorPlot::shownLoss(double loss) const {
    return logLoss_ ? std::max(loss, floor_) : loss;
}

void InspectorPlot::show(const Inspection& inspection) {
    seen_ = inspection;
    draw();
}

void InspectorPlot::setLogLoss(bool on) {
    logLoss_ = on;
    draw();
}

void InspectorPlot::clear() {
    seen_ = {};
    hull_->setData({}, {});
    tangent_->setData({}, {});
    marks_->set({}, {});
    plot_->replot();
}

/// On a linear axis the worst formats would press all others flat: it ends above the point two steps below
/// the chosen one.
double InspectorPlot::topOnLinearAxis() const {
    std::vector<double> above;
    double chosen = 0;
    for (const Inspection::Point& point : seen_.points) {
        if (point.chosen) chosen = point.loss;
        if (point.onHull) above.push_back(point.loss);
    }
    std::sort(above.begin(), above.end());
    const auto first = std::upper_bound(above.begin(), above.end(), chosen);
    if (first == above.end()) return std::max(chosen * 1.3, 1e-300);
    return *std::min(first + 1, above.end() - 1) * 1.1;
}

void InspectorPlot::setAxes() {
    double top = 0, bottom = 0;
    for (const Inspection::Point& point : seen_.points) {
        top = std::max(top, point.loss);
        if (point.loss > 0) bottom = bottom == 0 ? point.loss : std::min(bottom, point.loss);
    }
    const SizeUnit& unit = seen_.sizeUnit;
    const double low = seen_.points.front().bytes, high = seen_.points.back().bytes;
    const double margin = std::max((high - low) * 0.06, high * 1e-3);
    plot_->xAxis->setRange(unit.of(low - margin), unit.of(high + margin));
    sizeTicker_->unit = unit.name;
    if (logLoss_) {
        bottom = bottom > 0 ? bottom : 1e-12;
        floor_ = bottom / 3;
        plot_->yAxis->setScaleType(QCPAxis::stLogarithmic);
        plot_->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new DecadeTicker));
        plot_->yAxis->setRange(floor_ / 1.6, std::max(top, bottom) * 3);
    } else {
        const double height = topOnLinearAxis();
        plot_->yAxis->setScaleType(QCPAxis::stLinear);
        plot_->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new PlainTicker));
        plot_->yAxis->setRange(-height * 0.04, height);
    }
}

/// Straight in bytes and loss, so a curve on a logarithmic axis; every format lies on it or above it.
void InspectorPlot::setTangent() {
    const auto chosen =
        std::find_if(seen_.points.begin(), seen_.points.end(), [](const auto& p) { return p.chosen; });
    QVector<double> x, y;
    if (chosen != seen_.points.end() && seen_.price > 0) {
        const double from = plot_->xAxis->range().lower * seen_.sizeUnit.bytes;
        const double to = plot_->xAxis->range().upper * seen_.sizeUnit.bytes;
        constexpr int steps = 160;
        for (int i = 0; i <= steps; ++i) {
            const double bytes = from + (to - from) * i / steps;
            const double loss = chosen->loss - seen_.price * (bytes - chosen->bytes);
            if (loss < (logLoss_ ? floor_ / 1.6 : plot_->yAxis->range().lower)) break;
            x.append(seen_.sizeUnit.of(bytes));
            y.append(loss);
        }
    }
    tangent_->setData(x, y, true);
}

void InspectorPlot::draw() {
    if (seen_.points.empty()) return clear();
    const Theme& t = theme();
    setAxes();
    hull_->setPen(QPen(t.accent, devicePixelRatioF()));
    tangent_->setPen(QPen(t.measured, devicePixelRatioF(), Qt::DashLine));

    QVector<double> x, y;
    QVector<QPointF> line;
    std::vector<std::pair<Mark, std::size_t>> marks;
    const std::vector<QString> labels = labelsOf(seen_.points);
    for (std::size_t i = 0; i < seen_.points.size(); ++i) {
        const Inspection::Point& point = seen_.points[i];
        const double px = seen_.sizeUnit.of(point.bytes), py = shownLoss(point.loss);
        if (point.onHull) {
            x.append(px);
            y.append(py);
            line.append({px, py});
        }
        const bool solid = point.onHull || point.chosen;
        const bool visible = py <= plot_->yAxis->range().upper;
        marks.push_back({{px, py, solid ? Mark::Shape::Disc : Mark::Shape::Ring,
                          point.chosen ? 12.0
                          : solid      ? 6.0
                                       : 5.0,
                          solid ? t.accent : t.uniform, point.chosen ? t.ink : t.muted,
                          visible ? labels[i] : QString(), point.chosen},
                         i});
    }
    hull_->setData(x, y, true);
    setTangent();
    // The chosen one takes its place first, then the hull.
    std::stable_sort(marks.begin(), marks.end(),
                     [](const auto& a, const auto& b) { return a.first.size > b.first.size; });
    std::vector<Mark> drawn;
    pointOfMark_.clear();
    for (auto& [mark, point] : marks) {
        drawn.push_back(std::move(mark));
        pointOfMark_.push_back(point);
    }
    marks_->set(std::move(drawn), std::move(line));
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

bool InspectorPlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched == plot_ && event->type() == QEvent::MouseMove)
        hover(static_cast<QMouseEvent*>(event)->position());
    return QWidget::eventFilter(watched, event);
}

void InspectorPlot::hover(const QPointF& position) {
    const int mark = marks_->markAt(position);
    if (mark < 0) return QToolTip::hideText();
    const Inspection::Point& point = seen_.points[pointOfMark_[static_cast<std::size_t>(mark)]];
    QToolTip::showText(
        plot_->mapToGlobal(position.toPoint()),
        tr("<b>%1</b>%2<br>%3 · loss %4")
            .arg(point.format, point.chosen ? tr(", chosen") : QString(),
                 sizeText(static_cast<Bytes>(point.bytes)), lossText(point.loss, seen_.lossUnit)),
        plot_);
}

void InspectorPlot::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && marks_) {
        applyStyle(*plot_);
        draw();
    }
    QWidget::changeEvent(event);
}

}  // namespace dq::ui

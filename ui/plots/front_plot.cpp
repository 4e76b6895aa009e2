#include "ui/plots/front_plot.hpp"

#include <qcustomplot.h>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

#include "ui/plots/handle_item.hpp"
#include "ui/plots/marks_item.hpp"
#include "ui/plots/plot_style.hpp"
#include "ui/theme/theme.hpp"

namespace dq::ui {

FrontPlot::FrontPlot(QWidget* parent)
    : QWidget(parent), plot_(new QCustomPlot(this)), sizeTicker_(new PlainTicker) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(plot_);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumHeight(150);
    setAccessibleName(tr("Quality against memory"));
    setAccessibleDescription(
        tr("The front of best choices. Arrow keys move the budget one step, Page keys ten."));
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
    marks_ = new MarksItem(plot_);
    marks_->setLayer("marks");
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
    redraw();
}

QWidget* FrontPlot::canvas() const {
    return plot_;
}

double FrontPlot::shownLoss(double loss) const {
    return logLoss_ ? std::max(loss, floor_) : loss;
}

void FrontPlot::show(const Scene& scene) {
    picture_ = *scene.picture;
    unit_ = scene.unit;
    lossUnit_ = scene.lossUnit;
    logLoss_ = scene.logLoss;
    empty_ = picture_.bytes.empty();
    if (empty_) return clear();
    setAxes();
    setMarks();
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
    const double margin = std::max((high - low) * 0.025, high * 1e-3);
    plot_->xAxis->setRange(unit_.of(low - margin), unit_.of(high + margin));
    sizeTicker_->unit = unit_.name;
    if (logLoss_) {
        const double bottom = picture_.smallestLoss > 0 ? picture_.smallestLoss : 1e-9;
        floor_ = bottom / 2.2;
        plot_->yAxis->setScaleType(QCPAxis::stLogarithmic);
        plot_->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new DecadeTicker));
        plot_->yAxis->setRange(floor_ / 1.25, std::max(top, bottom) * 2);
    } else {
        plot_->yAxis->setScaleType(QCPAxis::stLinear);
        plot_->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new PlainTicker));
        plot_->yAxis->setRange(-top * 0.03, top * 1.06);
    }
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
                                Mark::Shape::Diamond, 13, t.accent, t.accent, picture_.knee.label, false}};
    for (const FrontPicture::Uniform& one : picture_.uniforms)
        marks.push_back({unit_.of(one.bytes), shownLoss(one.loss), Mark::Shape::Square, 7, t.uniform, t.muted,
                         one.label, false});
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
    handle_->setVisible(false);
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

bool FrontPlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched == plot_ && event->type() == QEvent::Resize && !empty_)
        QMetaObject::invokeMethod(this, &FrontPlot::redraw, Qt::QueuedConnection);
    return watched == plot_ && !empty_ && mouse(event);
}

bool FrontPlot::mouse(QEvent* event) {
    if (event->type() != QEvent::MouseButtonPress && event->type() != QEvent::MouseMove &&
        event->type() != QEvent::MouseButtonRelease)
        return false;
    const auto* at = static_cast<QMouseEvent*>(event);
    if (event->type() == QEvent::MouseButtonRelease) {
        dragging_ = false;
        return true;
    }
    if (event->type() == QEvent::MouseButtonPress) {
        if (at->button() != Qt::LeftButton || !plot_->axisRect()->rect().contains(at->pos())) return false;
        setFocus(Qt::MouseFocusReason);
        dragging_ = true;
    }
    if (!dragging_) {
        hover(at->position());
        return true;
    }
    emit budgetAsked(static_cast<qint64>(std::clamp(bytesAt(at->position().x()), 0.0, 9e18)));
    return true;
}

void FrontPlot::hover(const QPointF& position) {
    const QPointF away = handle_->position() - position;
    plot_->setCursor(std::hypot(away.x(), away.y()) < 12 ? Qt::SizeHorCursor : Qt::ArrowCursor);
    const int mark = marks_->markAt(position);
    if (mark > 0) {
        const FrontPicture::Uniform& one = picture_.uniforms[static_cast<std::size_t>(mark - 1)];
        QToolTip::showText(plot_->mapToGlobal(position.toPoint()),
                           tr("<b>%1</b> for every matrix<br>%2 · %3<br>loss %4")
                               .arg(one.format, sizeText(static_cast<Bytes>(one.bytes)), bitsText(one.bits),
                                    lossText(one.loss, lossUnit_)),
                           plot_);
    } else if (mark == 0) {
        QToolTip::showText(
            plot_->mapToGlobal(position.toPoint()),
            tr("<b>%1</b><br>where the curve bends most on linear axes; it moves with the range in brackets")
                .arg(picture_.knee.label),
            plot_);
    } else {
        QToolTip::hideText();
    }
}

void FrontPlot::keyPressEvent(QKeyEvent* event) {
    const int steps = event->key() == Qt::Key_Right || event->key() == Qt::Key_Up    ? 1
                      : event->key() == Qt::Key_Left || event->key() == Qt::Key_Down ? -1
                      : event->key() == Qt::Key_PageUp                               ? 10
                      : event->key() == Qt::Key_PageDown                             ? -10
                                                                                     : 0;
    if (steps == 0 || empty_) return QWidget::keyPressEvent(event);
    emit stepAsked(steps);
}

void FrontPlot::focusInEvent(QFocusEvent*) {
    handle_->setFocused(true);
    plot_->layer("overlay")->replot();
}

void FrontPlot::focusOutEvent(QFocusEvent*) {
    handle_->setFocused(false);
    plot_->layer("overlay")->replot();
}

void FrontPlot::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && line_) restyle();
    QWidget::changeEvent(event);
}

}  // namespace dq::ui

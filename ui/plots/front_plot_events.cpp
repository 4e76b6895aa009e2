#include <qcustomplot.h>

#include <QApplication>
#include <QKeyEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

#include "ui/plots/front_plot.hpp"
#include "ui/plots/handle_item.hpp"
#include "ui/plots/marks_item.hpp"
#include "ui/plots/overlay_items.hpp"
#include "ui/plots/step_keys.hpp"
#include "ui/words/core_words.hpp"

/// What mouse and keys do to the plot.
namespace dq::ui {

namespace {
constexpr double handleReach = 12, curveReach = 5;  // pixels
constexpr double step = 0.8;                        // of the range, a notch of the wheel
constexpr double mostAtOnce = 4;
constexpr double nearest = 1e-4;  // of the whole range: closer shows nothing new

/// The rules of others keep their names; ours and the metrics' are in the window's language.
QString curveWords(const Curve& curve) {
    const std::string_view name = curve.name;
    if (name == Comparison::floorName)
        return FrontPlot::tr("<b>floor</b><br>reverse water-filling: no choice could lose less, were every number of bits a format");
    if (name == Comparison::otherwiseName)
        return FrontPlot::tr("<b>the front judged the other way</b><br>by the measurements while the front is as predicted, as predicted while it is "
                             "corrected");
    if (!name.starts_with(Comparison::metricMark))
        return QStringLiteral("<b>%1</b><br>%2").arg(text(name), coreWords(curve.source));
    return FrontPlot::tr("<b>chosen by %1</b>, judged like the front<br>%2")
        .arg(coreWords(name.substr(Comparison::metricMark.size())), coreWords(curve.source));
}
}  // namespace

bool FrontPlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched != plot_) return false;
    if (event->type() == QEvent::Resize && !empty_)
        QMetaObject::invokeMethod(this, &FrontPlot::redraw, Qt::QueuedConnection);
    if (event->type() == QEvent::Leave) hideCrosshair();
    return !empty_ && mouse(event);
}

bool FrontPlot::mouse(QEvent* event) {
    if (event->type() == QEvent::Wheel) {
        const auto* wheel = static_cast<QWheelEvent*>(event);
        zoom(std::pow(step, wheel->angleDelta().y() / 120.0), wheel->position());
        return true;
    }
    const bool press = event->type() == QEvent::MouseButtonPress;
    const bool again = event->type() == QEvent::MouseButtonDblClick;
    if (!press && !again && event->type() != QEvent::MouseMove && event->type() != QEvent::MouseButtonRelease)
        return false;
    const auto* at = static_cast<QMouseEvent*>(event);
    if (press || again) {
        if (at->button() != Qt::LeftButton || !plot_->axisRect()->rect().contains(at->pos())) return false;
        if (!again || !zoomed_) return this->press(at->position()), true;
        // The first click of the two moved the budget: nobody meant that.
        if (beforeClick_ > 0) emit budgetAsked(beforeClick_);
        showAll();
    } else if (event->type() == QEvent::MouseMove) {
        move(at->position());
    } else if (at->button() == Qt::LeftButton) {
        release(at->position());
    }
    return true;
}

void FrontPlot::press(const QPointF& at) {
    setFocus(Qt::MouseFocusReason);
    hideCrosshair();
    const QPointF away = handle_->position() - at;
    const bool onHandle = std::hypot(away.x(), away.y()) < handleReach;
    pressed_ = at;
    moved_ = false;
    beforeClick_ = currentBytes_;
    grab_ = onHandle ? -away.x() : 0;  // taking hold of it off its middle must not move it
    drag_ = zoomed_ && !onHandle ? Drag::Pan : Drag::Budget;
    if (drag_ == Drag::Budget && !onHandle) ask(at.x());
}

void FrontPlot::move(const QPointF& at) {
    if (drag_ == Drag::None) return hover(at);
    if (drag_ == Drag::Budget) return ask(at.x() - grab_);
    const QPointF by = at - pressed_;
    if (!moved_ && by.manhattanLength() < QApplication::startDragDistance()) return;
    moved_ = true;
    panBy(by.toPoint());
    pressed_ = at;
}

void FrontPlot::release(const QPointF& at) {
    if (drag_ == Drag::Pan && !moved_) ask(at.x());
    drag_ = Drag::None;
}

void FrontPlot::ask(double pixel) {
    emit budgetAsked(static_cast<qint64>(std::clamp(bytesAt(pixel), 0.0, 9e18)));
}

void FrontPlot::zoomIn() {
    zoom(step * step, handle_->position());
}

void FrontPlot::zoomOut() {
    zoom(1 / (step * step), handle_->position());
}

void FrontPlot::showAll() {
    if (empty_) return;
    setEnds(false);
    redraw();
}

void FrontPlot::zoom(double factor, const QPointF& about) {
    if (empty_) return;
    hideCrosshair();
    // More at once would leave the numbers a logarithmic axis can hold.
    factor = std::clamp(factor, 1 / mostAtOnce, mostAtOnce);
    plot_->xAxis->scaleRange(factor, plot_->xAxis->pixelToCoord(about.x()));
    plot_->yAxis->scaleRange(factor, plot_->yAxis->pixelToCoord(about.y()));
    limit();
    redraw();
}

void FrontPlot::panBy(const QPoint& pixels) {
    QCPAxis &x = *plot_->xAxis, &y = *plot_->yAxis;
    x.moveRange(x.pixelToCoord(0) - x.pixelToCoord(pixels.x()));
    if (logLoss_)
        y.setRange(y.range() * (y.pixelToCoord(0) / y.pixelToCoord(pixels.y())));
    else
        y.moveRange(y.pixelToCoord(0) - y.pixelToCoord(pixels.y()));
    limit();
    redraw();
}

/// Nothing beyond the whole, nothing closer than makes sense.
void FrontPlot::limit() {
    const auto within = [](QCPAxis& axis, const Ends& whole, bool logarithmic) {
        const auto to = [&](double value) { return logarithmic ? std::log(value) : value; };
        const auto back = [&](double value) { return logarithmic ? std::exp(value) : value; };
        const double low = to(whole.low), high = to(whole.high), all = high - low;
        const double length = std::clamp(to(axis.range().upper) - to(axis.range().lower), all * nearest, all);
        const double from = std::clamp(to(axis.range().lower), low, high - length);
        axis.setRange(back(from), back(from + length));
        return length < all * (1 - 1e-9);
    };
    const bool x = within(*plot_->xAxis, wholeX_, false), y = within(*plot_->yAxis, wholeY_, logLoss_);
    zoomed_ = x || y;
}

void FrontPlot::hideCrosshair() {
    if (!crosshair_->visible()) return;
    crosshair_->setVisible(false);
    plot_->layer("overlay")->replot();
}

void FrontPlot::hover(const QPointF& position) {
    const QPointF away = handle_->position() - position;
    const bool onHandle = std::hypot(away.x(), away.y()) < handleReach;
    plot_->setCursor(onHandle ? Qt::SizeHorCursor : Qt::ArrowCursor);
    const QString words = wordsAt(position);
    words.isEmpty() ? QToolTip::hideText()
                    : QToolTip::showText(plot_->mapToGlobal(position.toPoint()), words, plot_);
    const double bytes = bytesAt(position.x());
    if (onHandle || !plot_->axisRect()->rect().contains(position.toPoint()) ||
        bytes < picture_.bytes.front() || bytes > picture_.bytes.back())
        return hideCrosshair();
    const auto next = std::upper_bound(picture_.bytes.begin(), picture_.bytes.end(), bytes);
    const auto vertex = static_cast<std::size_t>(next - picture_.bytes.begin()) - 1;
    const double loss = picture_.loss[vertex];
    crosshair_->setVisible(true);
    crosshair_->set({unit_.of(bytes), shownLoss(loss)},
                    sizeText(static_cast<Bytes>(bytes)) + " · " + bitsText(picture_.bitsPerWeight(bytes)),
                    perplexity_ ? numberText(drawn(loss)) + " %" : numberText(loss));
    plot_->layer("overlay")->replot();
}

QString FrontPlot::curveAt(const QPointF& position) const {
    for (std::size_t i = 0; i < curves_.size(); ++i) {
        const auto& points = curves_[i].points;
        for (std::size_t k = 0; k + 1 < points.size(); ++k) {
            const QPointF a = marks_->pixel(unit_.of(points[k].bytes), shownLoss(points[k].loss));
            const QPointF b = marks_->pixel(unit_.of(points[k + 1].bytes), shownLoss(points[k + 1].loss));
            if (position.x() < a.x() || position.x() > b.x()) continue;
            const double t = b.x() > a.x() ? (position.x() - a.x()) / (b.x() - a.x()) : 0;
            if (std::abs(a.y() + t * (b.y() - a.y()) - position.y()) > curveReach) continue;
            return curveWords(curves_[i]);
        }
    }
    return {};
}

QString FrontPlot::wordsAt(const QPointF& position) const {
    const int mark = marks_->markAt(position);
    if (mark < 0) return curveAt(position);
    if (mark == 0)
        return tr("<b>%1</b><br>where the curve bends most on linear axes; it moves with the range in "
                  "brackets")
            .arg(picture_.knee.label());
    const auto uniforms = static_cast<int>(picture_.uniforms.size());
    if (mark > uniforms) return measuredWords(measured_[static_cast<std::size_t>(mark - 1 - uniforms)]);
    const FrontPicture::Uniform& one = picture_.uniforms[static_cast<std::size_t>(mark - 1)];
    return tr("<b>%1</b> for every matrix<br>%2 · %3<br>loss %4<br>mixing saves %5 at this loss")
        .arg(one.format, sizeText(static_cast<Bytes>(one.bytes)), bitsText(one.bits),
             lossWords(one.loss), bitsText(one.saved));
}

QString FrontPlot::lossWords(double loss) const {
    return lossText(loss, lossUnit_) + (perplexity_ ? tr(" (perplexity %1)").arg(perplexityText(loss)) : QString());
}

QString FrontPlot::measuredWords(const MeasuredPoint& point) const {
    const QString name = point.name.isEmpty() ? tr("measured") : point.name;
    return tr("<b>%1</b><br>%2<br>measured loss %3<br>95 %: %4 to %5")
        .arg(name, sizeText(point.bytes), lossWords(point.loss), numberText(point.low), numberText(point.high));
}

void FrontPlot::keyPressEvent(QKeyEvent* event) {
    if (empty_) return QWidget::keyPressEvent(event);
    if (const auto steps = stepsOf(event->key())) return emit stepAsked(*steps);
    switch (event->key()) {
        case Qt::Key_Plus:
            return zoomIn();
        case Qt::Key_Minus:
            return zoomOut();
        case Qt::Key_0:
            return showAll();
        default:
            QWidget::keyPressEvent(event);
    }
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

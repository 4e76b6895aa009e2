#include "ui/views/budget_slider.hpp"

#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

#include "ui/plots/step_keys.hpp"
#include "ui/theme/theme.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

namespace {
constexpr double trackHeight = 12, radius = 10, top = 14;  // the track's middle
constexpr int wheelStep = 120;

QColor mixed(const QColor& a, const QColor& b, double t) {
    const auto f = static_cast<float>(t);
    return QColor::fromRgbF(a.redF() + (b.redF() - a.redF()) * f, a.greenF() + (b.greenF() - a.greenF()) * f,
                            a.blueF() + (b.blueF() - a.blueF()) * f);
}
}  // namespace

BudgetSlider::BudgetSlider(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Budget"));
    setToolTip(
        tr("How many bytes the model may take. The stronger the track's colour, the more a byte buys there.\n"
           "Arrow keys: one step of the front. Page keys: ten. Home and End: the ends."));
}

void BudgetSlider::setRange(Bytes smallest, Bytes largest, std::vector<double> relativePrice) {
    smallest_ = smallest;
    largest_ = largest;
    relativePrice_ = std::move(relativePrice);
    update();
}

void BudgetSlider::setBudget(Bytes budget) {
    budget_ = budget;
    setAccessibleDescription(sizeText(budget));
    update();
}

void BudgetSlider::setKnee(Bytes knee) {
    knee_ = knee;
    update();
}

QRectF BudgetSlider::track() const {
    return {radius, top - trackHeight / 2, std::max(1.0, width() - 2 * radius), trackHeight};
}

double BudgetSlider::pixelOf(Bytes bytes) const {
    const double range = static_cast<double>(largest_ - smallest_);
    const double part = range > 0 ? static_cast<double>(bytes - smallest_) / range : 0;
    return track().left() + std::clamp(part, 0.0, 1.0) * track().width();
}

Bytes BudgetSlider::bytesAt(double pixel) const {
    const double part = std::clamp((pixel - track().left()) / track().width(), 0.0, 1.0);
    return smallest_ + static_cast<Bytes>(std::llround(part * static_cast<double>(largest_ - smallest_)));
}

QPoint BudgetSlider::handlePosition() const {
    return {static_cast<int>(std::lround(pixelOf(budget_))), static_cast<int>(top)};
}

void BudgetSlider::drawTrack(QPainter& painter) const {
    const Theme& t = theme();
    QPainterPath shape;
    shape.addRoundedRect(track(), trackHeight / 2, trackHeight / 2);
    QLinearGradient shade(track().topLeft(), track().topRight());
    const double last = static_cast<double>(relativePrice_.size()) - 1;
    for (std::size_t i = 0; i < relativePrice_.size(); ++i)
        shade.setColorAt(last > 0 ? static_cast<double>(i) / last : 0,
                         mixed(t.accentWash, t.accent, relativePrice_[i]));
    painter.fillPath(shape, relativePrice_.empty() ? QBrush(t.accentWash) : QBrush(shade));
    if (knee_ <= smallest_ || knee_ >= largest_) return;
    painter.setPen(QPen(t.ink, 1));
    const double x = std::round(pixelOf(knee_)) + 0.5;
    painter.drawLine(QPointF(x, track().top() - 3), QPointF(x, track().bottom() + 3));
}

void BudgetSlider::drawLabels(QPainter& painter) const {
    painter.setFont(captionFont());
    painter.setPen(theme().muted);
    const QRectF line(1, top + 12, width() - 2, 17);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, sizeText(smallest_) + tr(" min"));
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, sizeText(largest_) + tr(" max"));
    painter.drawText(line, Qt::AlignHCenter | Qt::AlignVCenter,
                     theme().dark ? tr("brighter: a byte buys more") : tr("darker: a byte buys more"));
}

void BudgetSlider::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    drawTrack(painter);
    if (largest_ <= 0) return;
    drawLabels(painter);
    const Theme& t = theme();
    const QPointF at(pixelOf(budget_), top);
    if (hasFocus()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.accentWash);
        painter.drawEllipse(at, radius + 3, radius + 3);
    }
    painter.setPen(QPen(t.accent, 3));
    painter.setBrush(t.card);
    painter.drawEllipse(at, radius - 1.5, radius - 1.5);
}

void BudgetSlider::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    dragging_ = true;
    // Taking hold of the handle off its middle must not move it.
    const double off = event->position().x() - pixelOf(budget_);
    grab_ = std::abs(off) <= radius ? off : 0;
    if (grab_ == 0) emit budgetAsked(bytesAt(event->position().x()));
}

void BudgetSlider::mouseMoveEvent(QMouseEvent* event) {
    if (dragging_) emit budgetAsked(bytesAt(event->position().x() - grab_));
}

void BudgetSlider::mouseReleaseEvent(QMouseEvent*) {
    dragging_ = false;
}

void BudgetSlider::wheelEvent(QWheelEvent* event) {
    wheel_ += event->angleDelta().y();
    const int steps = wheel_ / wheelStep;
    wheel_ -= steps * wheelStep;
    if (steps != 0) emit stepAsked(steps);
    event->accept();
}

void BudgetSlider::keyPressEvent(QKeyEvent* event) {
    if (const auto steps = stepsOf(event->key())) return emit stepAsked(*steps);
    switch (event->key()) {
        case Qt::Key_Home:
            return emit budgetAsked(smallest_);
        case Qt::Key_End:
            return emit budgetAsked(largest_);
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace dq::ui

#include "ui/views/histogram_view.hpp"

#include <QPainter>

#include <algorithm>
#include <cmath>

#include "ui/theme/theme.hpp"
#include "ui/words/words.hpp"

namespace dq::ui {

namespace {
constexpr double footHeight = 18, wordsHeight = 18, margin = 8, levelHeight = 0.2;
}

HistogramView::HistogramView(QWidget* parent) : QWidget(parent) {
    setMinimumHeight(130);
    setAccessibleName(tr("Weights of the selected matrix"));
    setToolTip(tr("Bars: the weights, each over the largest of the group whose scale it shares; their height is a square root, so "
                  "that the tails are seen.\nLines: the levels the format rounds them to, as high as they are used.\n"
                  "Clipped: beyond the outermost level, because a smaller scale lost less."));
}

void HistogramView::show(std::shared_ptr<const WeightHistogram> histogram) {
    histogram_ = std::move(histogram);
    words_ = tr("%1 · clipped %2 %").arg(histogram_->format, numberText(100 * histogram_->clipped, 2));
    setAccessibleDescription(words_);
    update();
}

void HistogramView::showNothing(const QString& why) {
    histogram_.reset();
    words_ = why;
    setAccessibleDescription(why);
    update();
}

void HistogramView::drawBars(QPainter& painter, const QRectF& area) const {
    const double highest = histogram_->highest();
    if (!(highest > 0)) return;
    const double wide = area.width() / WeightHistogram::bins;
    for (int i = 0; i < WeightHistogram::bins; ++i) {
        const double tall = area.height() * std::sqrt(histogram_->weights[static_cast<std::size_t>(i)] / highest);
        painter.fillRect(QRectF(area.left() + i * wide, area.bottom() - tall, std::max(1.0, wide - 1), tall), theme().uniform);
    }
}

void HistogramView::drawLevels(QPainter& painter, const QRectF& area) const {
    const auto& levels = histogram_->levels;
    const double most = *std::max_element(levels.begin(), levels.end());
    painter.setPen(QPen(theme().accent, 1.5));
    for (int i = 0; i < WeightHistogram::levelBins && most > 0; ++i) {
        const double used = levels[static_cast<std::size_t>(i)];
        if (used <= 0) continue;
        const double x = area.left() + area.width() * (i + 0.5) / WeightHistogram::levelBins;
        const double tall = area.height() * (levelHeight + (1 - levelHeight) * std::sqrt(used / most));
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() - tall));
    }
}

void HistogramView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(captionFont());
    painter.setPen(theme().muted);
    const QRectF all = QRectF(rect()).adjusted(margin, 0, -margin, 0);
    if (!histogram_) return static_cast<void>(painter.drawText(all, Qt::AlignCenter | Qt::TextWordWrap, words_));
    painter.drawText(QRectF(all.left(), 0, all.width(), wordsHeight), Qt::AlignLeft | Qt::AlignVCenter, words_);
    const QRectF area = all.adjusted(0, wordsHeight + 2, 0, -footHeight);
    drawBars(painter, area);
    painter.setRenderHint(QPainter::Antialiasing);
    drawLevels(painter, area);
    painter.setPen(theme().muted);
    const QRectF foot(all.left(), area.bottom() + 1, all.width(), footHeight - 1);
    painter.drawText(foot, Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("−1"));
    painter.drawText(foot, Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("1"));
    painter.drawText(foot, Qt::AlignCenter, tr("weight / largest of its group"));
}

}  // namespace dq::ui

#pragma once

#include <QWidget>

#include <memory>

#include "ui/session/histogram.hpp"

namespace dq::ui {

/// The weights of a matrix as bars, every weight over the largest of its group, and the levels its format rounds them to as
/// lines on the foot.
class HistogramView : public QWidget {
    Q_OBJECT

public:
    explicit HistogramView(QWidget* parent = nullptr);

    void show(std::shared_ptr<const WeightHistogram> histogram);
    void showNothing(const QString& why);
    QString words() const { return words_; }  // "4.5 % beyond the outermost level · …"
    QSize minimumSizeHint() const override { return {200, 130}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void drawBars(QPainter& painter, const QRectF& area) const;
    void drawLevels(QPainter& painter, const QRectF& area) const;

    std::shared_ptr<const WeightHistogram> histogram_;
    QString words_;
};

}  // namespace dq::ui

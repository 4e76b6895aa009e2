#pragma once

#include <qcustomplot.h>

#include <vector>

namespace dq::ui {

/// The current point: a disc on the front with dotted lines to both axes and a callout that covers neither
/// the front nor, where there is room, the labels. Lives on its own buffered layer, so that moving it
/// repaints nothing else.
class HandleItem : public QCPAbstractItem {
public:
    explicit HandleItem(QCustomPlot* plot);

    void set(double x, double y, QString title, QString detail);
    void setFocused(bool focused) { focused_ = focused; }
    void avoid(QPolygonF line, std::vector<QRectF> labels);  // in pixels
    QPointF position() const;
    QRectF callout() const { return callout_; }
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override;

private:
    QRectF calloutRect(const QPointF& at) const;

    double x_ = 0, y_ = 0;
    QString title_, detail_;
    bool focused_ = false;
    QPolygonF line_;
    std::vector<QRectF> labels_;
    QRectF callout_;
};

}  // namespace dq::ui

#pragma once

#include <qcustomplot.h>

#include <vector>

#include "ui/plots/label_placement.hpp"

namespace dq::ui {

/// A labelled point of a plot, in the plot's own coordinates.
struct Mark {
    enum class Shape { Square, Disc, Ring, Diamond };
    double x = 0, y = 0;
    Shape shape = Shape::Square;
    double size = 7;  // pixels
    QColor color, labelColor;
    QString label;
    bool bold = false;
    /// Whiskers: where the interval begins and ends; equal: it has none.
    double low = 0, high = 0;
};

/// Draws marks and their labels; the labels dodge each other, the points and a line. In front means
/// important: earlier marks get the better places.
class MarksItem : public QCPAbstractItem {
public:
    explicit MarksItem(QCustomPlot* plot);

    void set(std::vector<Mark> marks, QVector<QPointF> line);  // the line in the plot's coordinates
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
    QPointF pixel(double x, double y) const;
    QPolygonF linePixels() const;
    const std::vector<QRectF>& labelRects() const { return labelRects_; }  // of the last drawing
    /// The mark under the cursor, -1: none.
    int markAt(const QPointF& position, double reach = 9) const;
    const std::vector<Mark>& marks() const { return marks_; }

protected:
    void draw(QCPPainter* painter) override;

private:
    void drawMark(QCPPainter* painter, const Mark& mark) const;
    void drawWhiskers(QCPPainter* painter, const Mark& mark, double half) const;
    void drawLabels(QCPPainter* painter);

    std::vector<Mark> marks_;
    QVector<QPointF> line_;
    std::vector<QRectF> labelRects_;
};

}  // namespace dq::ui

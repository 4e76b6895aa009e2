#pragma once

#include <QWidget>

#include <vector>

#include "core/base/units.hpp"

namespace dq::ui {

/// The budget over the feasible range. The track's shade is the price of a byte: the darker, the more the
/// next byte buys. Drag, click, wheel; arrows step one vertex of the front, Page keys ten, Home and End go to
/// the ends.
class BudgetSlider : public QWidget {
    Q_OBJECT

public:
    explicit BudgetSlider(QWidget* parent = nullptr);

    void setRange(Bytes smallest, Bytes largest, std::vector<double> relativePrice);
    void setBudget(Bytes budget);
    void setKnee(Bytes knee);
    double pixelOf(Bytes bytes) const;
    QPoint handlePosition() const;
    QSize sizeHint() const override { return {420, 44}; }
    QSize minimumSizeHint() const override { return {200, 44}; }

signals:
    void budgetAsked(qint64 bytes);
    void stepAsked(int vertices);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF track() const;
    Bytes bytesAt(double pixel) const;
    void drawTrack(QPainter& painter) const;
    void drawLabels(QPainter& painter) const;

    Bytes smallest_ = 0, largest_ = 0, budget_ = 0, knee_ = 0;
    std::vector<double> relativePrice_;
    double grab_ = 0;  // where the handle was taken hold of
    bool dragging_ = false;
    int wheel_ = 0;
};

}  // namespace dq::ui

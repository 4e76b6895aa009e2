#pragma once

#include <QPixmap>
#include <QWidget>

#include <functional>
#include <memory>
#include <vector>

#include "ui/session/explored.hpp"

namespace dq::ui {

/// Reverse water-filling as it is: columns by sensitivity, the surface the price of a byte, what stands out of it in
/// the colour of the format it was given. The surface can be dragged, and moved by the keys up and down; left and
/// right walk the columns.
class WaterView : public QWidget {
    Q_OBJECT

public:
    explicit WaterView(QWidget* parent = nullptr);

    void setWater(std::shared_ptr<const Water> water);  // null: nothing is measured
    void setChoice(double price, const QString& priceWords, const std::vector<MatrixState>& states);
    void setSelected(const std::vector<int>& matrices, int current);
    void setHovered(int matrix);
    /// What hovering a matrix's column says (rich text).
    void setWords(std::function<QString(int matrix)> words) { words_ = std::move(words); }

    QRectF columnRect(int matrix) const;  // invalid: it has none
    int matrixAt(const QPointF& position) const;
    double surface() const;  // its height on the widget, inside the picture at any price
    QString emptyText() const;
    QSize sizeHint() const override { return {300, 420}; }
    QSize minimumSizeHint() const override { return {200, 120}; }

signals:
    void priceAsked(double price);
    void stepAsked(int vertices);
    void picked(int matrix);
    void hovered(int matrix);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QRectF area() const;
    double yOf(double height) const;
    double heightAt(double y) const;
    int columnOf(int matrix) const;
    int columnAt(double x) const;
    bool onSurface(const QPointF& position) const;
    void refresh();
    void drawColumns(QPainter& painter) const;
    void drawWater(QPainter& painter) const;
    void drawGrid(QPainter& painter) const;
    void drawMarks(QPainter& painter) const;
    void drawSurface(QPainter& painter) const;
    void drawEmpty(QPainter& painter) const;
    void point(const QPointF& at, const QPoint& global);

    std::shared_ptr<const Water> water_;
    std::vector<MatrixState> states_;
    double level_ = 0;
    QString price_;
    std::vector<int> chosen_;  // columns, rising
    int selected_ = -1, hovered_ = -1;
    bool dragging_ = false;
    double grab_ = 0;  // where the surface was taken hold of
    std::function<QString(int)> words_;
    QPixmap drawn_;  // all but what moves under the mouse
    bool stale_ = true;
};

}  // namespace dq::ui

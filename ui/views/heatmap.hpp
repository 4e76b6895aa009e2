#pragma once

#include <QPixmap>
#include <QWidget>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "ui/session/cell_shades.hpp"
#include "ui/session/layer_map.hpp"

namespace dq::ui {

/// Bits (or what else they are coloured by) by layer and role, or of experts by layer and expert. Follows the budget; hover explains a cell in words, click and arrow keys select
/// it, with Shift a rectangle, with Ctrl one more; a drag spans a rubber band. While the model is being
/// measured it shows which matrices are done.
class Heatmap : public QWidget {
    Q_OBJECT

public:
    explicit Heatmap(QWidget* parent = nullptr);

    void setMap(const LayerMap& map);
    void setStates(const std::vector<MatrixState>& states);  // empty: not measured
    void setShades(CellShades shades);                       // what colours the cells; of the states set last
    const LayerMap& map() const { return map_; }
    void setSelected(const std::vector<int>& matrices, int current);
    void setHovered(int matrix);
    void setWishes(const Wishes& wishes);  // a dot on what is pinned, a ring on what is limited
    void markMeasured(int matrix);
    void clearMeasured();
    /// What hovering a matrix says (rich text).
    void setWords(std::function<QString(int matrix)> words) { words_ = std::move(words); }

    QRectF cellRect(int matrix) const;  // invalid: it is not on the map
    QColor colorOf(int cell) const;
    int matrixAt(const QPointF& position) const;
    /// The map as text, bits with two decimals: what tests compare.
    QString toText() const;
    QSize sizeHint() const override { return {600, 140}; }
    QSize minimumSizeHint() const override { return {320, 96}; }

signals:
    void picked(const std::vector<int>& matrices, int current);
    void menuAsked(const QPoint& global);
    void hovered(int matrix);  // -1: none any more
    void opened(int matrix);   // a cell that stands for several, or with Escape: -1

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Geometry {
        QRectF cells;  // the layers
        double apartLeft = 0, apartWidth = 0;
    };
    Geometry geometry() const;
    QRectF placeRect(const LayerMap::Place& place) const;
    bool dense() const;  // cells too small to stand apart
    void drawCells(QPainter& painter) const;
    void drawDense(QPainter& painter) const;
    QColor shadeColor(int cell) const;
    double bitsOf(int cell) const;
    double shadeOf(int cell) const;
    void drawCell(QPainter& painter, const QRectF& rect, int matrix) const;
    void drawLabels(QPainter& painter) const;
    void drawWishes(QPainter& painter) const;
    void drawSelection(QPainter& painter) const;
    void drawFrame(QPainter& painter, const QRectF& rect, bool current) const;
    void refresh();
    std::vector<int> within(const QRectF& area) const;
    std::vector<int> between(int from, int to) const;
    bool isChosen(int matrix) const { return matrix >= 0 && chosen_.contains(matrix); }
    std::vector<int> allIn(const std::vector<int>& cells) const;
    void pick(int matrix, Qt::KeyboardModifiers keys);
    void pickBand();
    void hover(const QMouseEvent& event);

    LayerMap map_;
    std::vector<MatrixState> states_;
    CellShades shades_;
    std::map<int, double> crowdBits_, crowdShades_;  // means, by the matrix in the cell
    double labels_ = 46;                             // room for what the rows are called
    std::set<int> measured_;
    int latest_ = -1;
    Wishes wishes_;
    std::set<int> chosen_;
    int selected_ = -1;
    int anchor_ = -1;  // where a Shift selection begins
    std::optional<QPointF> pressed_;
    QRectF band_;
    std::set<int> before_;  // chosen before a band with Ctrl began
    int hovered_ = -1;
    std::function<QString(int)> words_;
    QPixmap drawn_;  // everything but selection and hover
    bool stale_ = true;
};

}  // namespace dq::ui

#pragma once

#include <QWidget>

#include "ui/session/session.hpp"

class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace dq::ui {

class BudgetBar;
class ComparePage;
class FrontOptions;
class FrontPlot;
class Heatmap;
class Inspector;
class JobQueue;
class JobsPage;
class MapCard;
class MatrixModel;
class MeasureCard;
class TabCard;
class TableCard;
class WaterPage;
class WeightLookup;

/// The views of an open model: front (or, before it is measured, how to measure it) above the budget, the
/// layer map and the table below, the inspector on the right. Follows the session; asks it for changes.
class Workspace : public QWidget {
    Q_OBJECT

public:
    Workspace(Session& session, JobQueue& jobs, QWidget* parent = nullptr);

    FrontPlot* frontPlot() const { return front_; }
    FrontOptions* frontOptions() const { return options_; }
    QLabel* correctionLabel() const { return correction_; }
    BudgetBar* budgetBar() const { return budget_; }
    Heatmap* heatmap() const { return heatmap_; }
    Inspector* inspector() const { return inspector_; }
    WaterPage* waterPage() const { return water_; }
    TabCard* side() const { return side_; }
    QSplitter* columns() const { return columns_; }
    QSplitter* rows() const { return rows_; }
    MeasureCard* measureCard() const { return measure_; }
    TableCard* tableCard() const { return table_; }
    MapCard* mapCard() const { return map_; }
    JobsPage* jobsPage() const { return jobs_; }
    TabCard* bottom() const { return bottom_; }
    void showJobCount(int count);  // on the tab: what runs and waits
    ComparePage* comparePage() const { return compare_; }
    QLabel* constraintsLabel() const;
    QPushButton* clearButton() const;
    MatrixModel* matrixModel() const { return model_; }

    /// The measuring page instead of the front, also over a model that has one (measuring again).
    void showMeasuring(bool on);
    QPushButton* unitButton() const { return unit_; }
    QPushButton* axisButton() const { return axis_; }

private:
    QWidget* buildLeft();
    QWidget* buildSide();
    QWidget* buildBottom();
    QWidget* buildFrontCard();
    void connectViews();
    void follow(Stage from);
    void showModel();
    void showFront();
    void drawFront();
    Curve otherwiseCurve() const;
    void showCorrection();
    void nameAxis();
    void connectHover();
    void showChoice();
    void showSelection();
    void showSide();
    void askConstraints(const QPoint& global);
    void lookAtWeights();

    Session& session_;
    MatrixModel* model_;
    QStackedWidget* top_;
    FrontPlot* front_ = nullptr;
    FrontOptions* options_ = nullptr;
    QLabel* correction_ = nullptr;  // what judging by the measurements changes
    QPushButton *unit_ = nullptr, *axis_ = nullptr;
    MeasureCard* measure_;
    BudgetBar* budget_;
    MapCard* map_;
    Heatmap* heatmap_;
    TableCard* table_;
    Inspector* inspector_;
    WeightLookup* weights_;
    WaterPage* water_;
    ComparePage* compare_;
    JobsPage* jobs_;
    TabCard *side_ = nullptr, *bottom_ = nullptr;
    QSplitter *columns_ = nullptr, *rows_ = nullptr;
};

}  // namespace dq::ui

#pragma once

#include <QSharedPointer>
#include <QWidget>

#include "ui/session/inspection.hpp"

class QCustomPlot;
class QCPGraph;

namespace dq::ui {

class MarksItem;
class PlainTicker;

/// One matrix's loss against its size: every format a point, the hull a line, and the price of a byte as the
/// dashed line that touches the hull where the budget cuts.
class InspectorPlot : public QWidget {
    Q_OBJECT

public:
    explicit InspectorPlot(QWidget* parent = nullptr);

    void show(const Inspection& inspection);
    void setLogLoss(bool on);
    void clear();

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void draw();
    void setAxes();
    void setTangent();
    double shownLoss(double loss) const;
    double topOnLinearAxis() const;
    void hover(const QPointF& position);

    QCustomPlot* plot_;
    QCPGraph* hull_ = nullptr;
    QCPGraph* tangent_ = nullptr;
    MarksItem* marks_ = nullptr;
    QSharedPointer<PlainTicker> sizeTicker_;
    Inspection seen_;
    std::vector<std::size_t> pointOfMark_;
    bool logLoss_ = true;
    double floor_ = 0;
};

}  // namespace dq::ui

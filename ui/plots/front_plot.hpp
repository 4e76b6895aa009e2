#pragma once

#include <QSharedPointer>
#include <QWidget>

#include "ui/session/explored.hpp"

class QCustomPlot;
class QCPGraph;

namespace dq::ui {

class HandleItem;
class MarksItem;
class PlainTicker;

/// Quality against memory: the front, uniform formats, the knee, and the current point as a handle. A press
/// anywhere moves the budget there, a drag pulls it along, arrow and page keys step it.
class FrontPlot : public QWidget {
    Q_OBJECT

public:
    explicit FrontPlot(QWidget* parent = nullptr);

    struct Scene {
        const FrontPicture* picture = nullptr;
        SizeUnit unit;
        QString lossUnit;
        bool logLoss = true;
    };
    void show(const Scene& scene);
    void setCurrent(Bytes bytes, double loss, const QString& title, const QString& detail);
    void clear();

    /// Where a size stands on the widget, and back: for tests and for mouse events.
    double pixelOf(Bytes bytes) const;
    double bytesAt(double pixel) const;
    QPointF handlePosition() const;
    QWidget* canvas() const;

signals:
    void budgetAsked(qint64 bytes);
    void stepAsked(int vertices);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildPlot();
    void restyle();
    void setAxes();
    void setMarks();
    void redraw();
    double shownLoss(double loss) const;  // zero stands on the floor of a logarithmic axis
    void hover(const QPointF& position);
    bool mouse(QEvent* event);

    QCustomPlot* plot_;
    QCPGraph* line_ = nullptr;
    MarksItem* marks_ = nullptr;
    QSharedPointer<PlainTicker> sizeTicker_;
    HandleItem* handle_ = nullptr;
    FrontPicture picture_;
    SizeUnit unit_;
    QString lossUnit_;
    bool logLoss_ = true;
    bool dragging_ = false;
    bool empty_ = true;
    double floor_ = 0;
    Bytes currentBytes_ = 0;
    double currentLoss_ = 0;
    QString title_, detail_;
};

}  // namespace dq::ui

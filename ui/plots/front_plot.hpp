#pragma once

#include <QSharedPointer>
#include <QWidget>

#include "ui/session/comparison.hpp"

class QCustomPlot;
class QCPGraph;

namespace dq::ui {

class CardsItem;
class FeasibleItem;
class CrosshairItem;
class HandleItem;
class MarksItem;
class PlainTicker;

/// Quality against memory: the front, uniform formats, the knee, and the current point as a handle; thin
/// lines of other allocators, the floor, and cards where somebody wants them. A click moves the budget there
/// and a drag pulls it along; the wheel zooms, and then a drag beside the handle pans; a double click shows
/// all again. Arrow and page keys step the budget, + and - zoom, 0 shows all.
class FrontPlot : public QWidget {
    Q_OBJECT

public:
    explicit FrontPlot(QWidget* parent = nullptr);

    struct CardLine {
        Bytes bytes = 0;
        QString label;
    };
    /// A choice that was run, with the 95 % interval of its loss.
    struct MeasuredPoint {
        Bytes bytes = 0;
        double loss = 0, low = 0, high = 0;
        QString name;  // what hovering calls it; "": measured
    };
    struct Scene {
        const FrontPicture* picture = nullptr;
        SizeUnit unit;
        QString lossUnit;
        bool logLoss = true;
        bool perplexity = false;  // the loss as what perplexity grows by, in percent
        const std::vector<Curve>* peers = nullptr;
        const Curve* floor = nullptr;
        const std::vector<Curve>* metrics = nullptr;
        const Curve* otherwise = nullptr;  // the front judged the other way, corrected or as predicted
        std::vector<CardLine> cards = {};
        std::vector<MeasuredPoint> measured = {};
    };
    void show(const Scene& scene);
    void setCurrent(Bytes bytes, double loss, const QString& title, const QString& detail);
    void clear();

    void zoomIn();
    void zoomOut();
    void showAll();
    bool zoomed() const { return zoomed_; }

    /// Where a size stands on the widget, and back: for tests and for mouse events.
    double pixelOf(Bytes bytes) const;
    double bytesAt(double pixel) const;
    QPointF handlePosition() const;
    QString crosshairText() const;
    QWidget* canvas() const;
    /// The plot as a file: "png", "svg" or "pdf"; empty: no such kind.
    QByteArray picture(const QString& kind);

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
    enum class Drag { None, Budget, Pan };
    struct Ends {  // of an axis
        double low = 0, high = 1;
    };

    void buildPlot();
    void restyle();
    void setAxes();
    void setEnds(bool keepZoom);
    void setMarks();
    void setCurves();
    void redraw();
    double drawn(double loss) const;      // in the axis' unit
    double shownLoss(double loss) const;  // zero stands on the floor of a logarithmic axis
    void zoom(double factor, const QPointF& about);
    void panBy(const QPoint& pixels);
    void limit();
    void press(const QPointF& at);
    void move(const QPointF& at);
    void release(const QPointF& at);
    void ask(double pixel);
    void hover(const QPointF& position);
    void hideCrosshair();
    QString wordsAt(const QPointF& position) const;
    QString lossWords(double loss) const;
    QString curveAt(const QPointF& position) const;
    QString measuredWords(const MeasuredPoint& point) const;
    bool mouse(QEvent* event);

    QCustomPlot* plot_;
    QCPGraph* line_ = nullptr;
    MarksItem* marks_ = nullptr;
    CardsItem* cards_ = nullptr;
    FeasibleItem* feasible_ = nullptr;
    CrosshairItem* crosshair_ = nullptr;
    QSharedPointer<PlainTicker> sizeTicker_;
    HandleItem* handle_ = nullptr;
    std::vector<QCPGraph*> thin_;  // peers, then the floor
    std::vector<Curve> curves_;    // in the same order
    FrontPicture picture_;
    std::vector<CardLine> cardLines_;
    std::vector<MeasuredPoint> measured_;
    SizeUnit unit_;
    QString lossUnit_;
    bool logLoss_ = true, perplexity_ = false;
    bool empty_ = true;
    bool zoomed_ = false;
    Ends wholeX_, wholeY_;
    double floor_ = 0;
    Drag drag_ = Drag::None;
    bool moved_ = false;
    double grab_ = 0;  // where the handle was taken hold of
    QPointF pressed_;
    Bytes beforeClick_ = 0;
    Bytes currentBytes_ = 0;
    double currentLoss_ = 0;
    QString title_, detail_;
};

}  // namespace dq::ui

#pragma once

#include <qcustomplot.h>

#include <vector>

namespace dq::ui {

/// Cards as dashed verticals, each with its name at the top where no other name stands.
class CardsItem : public QCPAbstractItem {
public:
    struct Card {
        double x = 0;
        QString label;
    };
    explicit CardsItem(QCustomPlot* plot);

    void set(std::vector<Card> cards) { cards_ = std::move(cards); }
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override;

private:
    std::vector<Card> cards_;
};

/// Where the cursor's size meets the front: a line to each axis and the values written on it.
/// Where budgets can lie: the sizes from the smallest choice to the largest.
class FeasibleItem : public QCPAbstractItem {
    Q_OBJECT

public:
    explicit FeasibleItem(QCustomPlot* plot);
    void set(double from, double to) {
        from_ = from;
        to_ = to;
    }
    double selectTest(const QPointF&, bool, QVariant* = nullptr) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override;

private:
    double from_ = 0, to_ = 0;
};

class CrosshairItem : public QCPAbstractItem {
public:
    explicit CrosshairItem(QCustomPlot* plot);

    void set(const QPointF& at, QString size, QString loss);  // in the plot's coordinates
    QString text() const { return visible() ? size_ + " · " + loss_ : QString(); }
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override;

private:
    void drawChip(QCPPainter* painter, const QPointF& middle, const QString& words) const;

    QPointF at_;
    QString size_, loss_;
};

}  // namespace dq::ui

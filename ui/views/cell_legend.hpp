#pragma once

#include <QWidget>

#include "ui/session/cell_shades.hpp"

namespace dq::ui {

/// The scale beside the layer map: viridis 2 … 8 bits and the grey of matrices kept at 16, or the ends of what else
/// colours the cells; and what the marks mean.
class CellLegend : public QWidget {
    Q_OBJECT

public:
    explicit CellLegend(QWidget* parent = nullptr);
    void setShades(const CellShades& shades);
    QString text() const;  // "2 – 8"

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QColor colorAt(double share) const;
    QString greyWord() const;

    CellMode mode_ = CellMode::Bits;
    QString low_, high_;
};

}  // namespace dq::ui

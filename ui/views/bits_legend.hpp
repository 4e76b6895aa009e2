#pragma once

#include <QWidget>

namespace dq::ui {

/// The scale beside the layer map: viridis 2 … 8 bits, the grey of matrices kept at 16, and what the marks mean.
class BitsLegend : public QWidget {
    Q_OBJECT

public:
    explicit BitsLegend(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace dq::ui

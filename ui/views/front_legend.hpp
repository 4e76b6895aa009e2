#pragma once

#include <QWidget>

namespace dq::ui {

/// What the marks of the front plot mean.
class FrontLegend : public QWidget {
    Q_OBJECT

public:
    explicit FrontLegend(QWidget* parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace dq::ui

#pragma once

#include <QWidget>

namespace dq::ui {

/// What the marks of the front plot mean.
class FrontLegend : public QWidget {
    Q_OBJECT

public:
    enum class Part { Predicted, Measured };  // what is always there, and what running the model adds
    explicit FrontLegend(Part part, QWidget* parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QStringList names() const;  // in the order they are drawn

    Part part_;
};

}  // namespace dq::ui

#pragma once

#include <QWidget>

namespace dq::ui {

/// What the marks of the front plot mean.
class FrontLegend : public QWidget {
    Q_OBJECT

public:
    explicit FrontLegend(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    void showMeasured(bool points, const QString& otherFront);  // beside the rest; "": one front only

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QStringList names() const;  // in the order they are drawn

    bool measured_ = false;
    QString other_;
};

}  // namespace dq::ui

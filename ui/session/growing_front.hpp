#pragma once

#include <QObject>
#include <QTimer>

#include "ui/jobs/lane.hpp"
#include "ui/jobs/worker_line.hpp"
#include "ui/session/explored.hpp"
#include "ui/session/matrix_info.hpp"

namespace dq::ui {

/// The front of the matrices measured so far, while the worker goes on: worked out anew at most once a second.
class GrowingFront : public QObject {
    Q_OBJECT

public:
    explicit GrowingFront(QObject* parent = nullptr);

    void begin(const Matrices& matrices);
    void take(int matrix, const WorkerRow& row);
    void stop();
    int interval() const { return pause_.interval(); }
    void setInterval(int milliseconds) { pause_.setInterval(milliseconds); }

signals:
    void grown(const dq::ui::FrontPicture& picture);

private:
    void draw();

    measure::Measurements table_;
    Matrices matrices_;
    QTimer pause_;
    bool stale_ = false, drawing_ = false;
    int generation_ = 0;
    Lane lane_;
};

}  // namespace dq::ui

#pragma once

#include <QByteArray>
#include <QCoreApplication>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <variant>
#include <vector>

#include "core/base/units.hpp"

/// What the worker process says, one JSON object a line. Foreign input: a line that is none of these is a
/// Noise.
namespace dq::ui {

struct WorkerProgress {
    Q_DECLARE_TR_FUNCTIONS(dq::ui::WorkerProgress)

public:
    QString phase, unit, rateUnit;
    std::int64_t done = 0, total = 0;
    double rate = 0;          // 0: not known yet
    double secondsLeft = -1;  // below 0: not known yet

    double fraction() const;  // 0 … 1
    QString words() const;    // "backward, layers.3: 3 of 10 · 1230 tokens/s · 12 s left"
};

struct WorkerRow {
    QString matrix, role;
    int block = -1;
    std::int64_t rows = 0, cols = 0;
    QStringList formats;
    std::vector<Bytes> bytes;
    std::vector<double> loss;
};

struct WorkerDone {
    QJsonObject result;
};

struct WorkerError {
    QString kind, message;
};

struct WorkerCancelled {};

struct WorkerNoise {
    QString line;
};

using WorkerEvent =
    std::variant<WorkerProgress, WorkerRow, WorkerDone, WorkerError, WorkerCancelled, WorkerNoise>;

WorkerEvent readWorkerLine(const QByteArray& line);

}  // namespace dq::ui

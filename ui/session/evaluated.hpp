#pragma once

#include <QJsonObject>
#include <QString>

#include "core/base/units.hpp"

namespace dq::ui {

/// What running the weights of one choice has said of it.
struct Evaluated {
    struct Interval {  // 95 %
        double mean = 0, low = 0, high = 0;
    };
    Bytes bytes = 0;
    double bitsPerWeight = 0;
    double predicted = 0;  // nats per token
    Interval kl, perplexityRatio;
    std::int64_t documents = 0, tokens = 0;

    QString words() const;
};

/// Of what the worker's evaluate answered. Throws Error where it is not what it should be.
Evaluated evaluatedOf(const QJsonObject& answer);

}  // namespace dq::ui

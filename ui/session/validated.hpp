#pragma once

#include <QJsonObject>
#include <QString>

#include <memory>
#include <vector>

#include "core/base/units.hpp"
#include "core/quality/correction.hpp"

namespace dq::ui {

/// What running the model has said of an open table's front.
struct Validated {
    struct Point {
        QString name;  // "front", or the one format of all matrices
        Bytes bytes = 0;
        double kl = 0, low = 0, high = 0;
    };
    struct Pair {
        Point before, after;  // a point of the front, and the corrected front's choice at its size
    };
    std::vector<Point> points;
    std::vector<Pair> pairs;
    std::shared_ptr<const quality::Correction> correction;
    QString words;  // how well prediction and measurement agree, before and after the correction
};

/// Of what the worker's validate answered and wrote. Throws Error where either is not what it should be.
Validated validatedOf(const QJsonObject& answer, const QString& correctionFile);

}  // namespace dq::ui

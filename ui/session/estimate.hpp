#pragma once

#include <QString>

#include "core/model/model.hpp"

namespace dq::ui {

/// What measuring will take, roughly, and what may come of it: known before anything is measured.
struct Estimate {
    Bytes least = 0, most = 0;  // every matrix in its smallest format, and in its largest
    double seconds = 0;
    Bytes memory = 0;

    QString words() const;
};

Estimate estimateOf(const model::Model& model, unsigned cores);

}  // namespace dq::ui

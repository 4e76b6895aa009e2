#pragma once

#include <string>

#include "core/measure/measurements.hpp"
#include "core/store/hessians.hpp"
#include "core/store/sensitivities.hpp"

namespace dq::store {

/// What the formats of a key want kept beside its table.
struct Beside {
    Hessians hessians;
    Sensitivities sensitivities;
    bool needsHessians, needsSensitivities;

    /// Whether all of it is there for a matrix, unread.
    bool has(const std::string& matrix, int block) const {
        return (!needsHessians || block < 0 || hessians.has(matrix)) && (!needsSensitivities || sensitivities.has(matrix));
    }
};

}  // namespace dq::store

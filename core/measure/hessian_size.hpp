#pragma once

#include "core/base/units.hpp"
#include "core/model/model.hpp"

namespace dq::measure {

/// What the Hessians of a model's blocks take in a file, once for all matrices that read the same input.
Bytes hessianBytes(const model::Model& model);

}  // namespace dq::measure

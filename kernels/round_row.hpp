#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/encoding.hpp"
#include "kernels/group_scale.hpp"
#include "kernels/matrix_scales.hpp"

namespace dq::kernels {

/// What dequantize(quantizePack(row)) gives, bit for bit but for the sign of zero, without making codes: the
/// inner loop of the error table. `rounded` has the row's size.
/// `importance` is of the row's weights (kernels/importance.hpp, sensitivity.hpp), or null.
void roundRow(std::span<const float> row, const Encoding& encoding, float globalScale, GivenScales given,
              std::span<float> rounded, const float* importance = nullptr);

/// The same for one group that is stored with `stored`.
void roundGroup(std::span<const float> group, const Encoding& encoding, const GroupScale& stored,
                float globalScale, float* rounded);

/// max |w| of finite weights.
float largestOf(std::span<const float> weights);

}  // namespace dq::kernels

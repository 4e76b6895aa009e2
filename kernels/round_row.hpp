#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/encoding.hpp"

namespace dq::kernels {

/// What dequantize(quantizePack(row)) gives, bit for bit but for the sign of zero, without making codes: the
/// inner loop of the error table. `rounded` has the row's size.
void roundRow(std::span<const float> row, const Encoding& encoding, float globalScale,
              std::span<float> rounded);

/// The same for one group whose scale is stored as `scaleBits`.
void roundGroup(std::span<const float> group, const Encoding& encoding, std::uint32_t scaleBits,
                float globalScale, float* rounded);

/// max |w| of finite weights.
float largestOf(std::span<const float> weights);

}  // namespace dq::kernels

#pragma once

#include <span>

#include "kernels/encoding.hpp"
#include "kernels/matrix_scales.hpp"
#include "kernels/simd/importance.hpp"

/// kernels/quantize_pack.hpp and the integers of kernels/dequantize.hpp for one row, in the widest vectors of the
/// processor.
namespace dq::kernels::simd {

void quantizeRow(std::span<const float> row, const Encoding& encoding, float globalScale, GivenScales given,
                 const RowImportance& importance, std::span<std::byte> codes, std::span<std::byte> scales);

/// weights = number of each code * scale, for codes of `bits` in two's complement.
void scaleInts(std::span<const std::uint8_t> codes, int bits, float scale, float* weights);

}  // namespace dq::kernels::simd

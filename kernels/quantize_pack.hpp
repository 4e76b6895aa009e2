#pragma once

#include <cstddef>
#include <span>

#include "kernels/encoding.hpp"
#include "kernels/input.hpp"
#include "kernels/matrix_scales.hpp"

namespace dq::kernels {

/// The FP32 factor of a whole matrix, from its largest magnitude: NVFP4 largest / (448*6) so that the largest group
/// scale fits E4M3, rounded up to a power of two; largest / largestCode where it is the only scale; 1 for encodings
/// without one and for an all-zero matrix.
float globalScaleFor(const Encoding& encoding, float largestMagnitude);
float largestMagnitude(const MatrixView& weights);

/// Codes and scales of every row. `codes` holds rows*codeBytesPerRow bytes, `scales` scaleBytes(). Where rows share
/// scales (kernels/matrix_scales.hpp) `weights` is the whole matrix.
/// The weights are finite (moments() tells). Scale: group absmax / largest code, rounded to the scale's own
/// type before the codes are chosen (kernels/scale.hpp); codes: nearest, ties to even, IEEE division, clamped
/// (kernels/element.hpp), with zero points of weight / divisor + zero point. Where the divisor is 0 the codes are those of 0. This is the one quantizer of the
/// program: the error table is equal to what these codes give. Encodings with Scaling::Weighted or ::Fisher, and the counterparts of the
/// former among the block types, look at `input`; where nothing is known of it they are as if not weighted. The same holds for
/// encodings with feedback.
void quantizePack(const MatrixView& weights, const Encoding& encoding, float globalScale,
                  std::span<std::byte> codes, std::span<std::byte> scales, const Input& input = {});

namespace reference {
/// One row. With given scales none is written. `importance` is of its weights (kernels/importance.hpp, sensitivity.hpp), or null.
void quantizeRow(std::span<const float> row, const Encoding& encoding, float globalScale, GivenScales given,
                 std::span<std::byte> codes, std::span<std::byte> scales, const float* importance = nullptr);
void quantizePack(const MatrixView& weights, const Encoding& encoding, float globalScale,
                  std::span<std::byte> codes, std::span<std::byte> scales, const Input& input = {});
}

}  // namespace dq::kernels

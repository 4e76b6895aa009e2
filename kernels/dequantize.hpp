#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/encoding.hpp"
#include "kernels/matrix_scales.hpp"

namespace dq::kernels {

/// The inverse of quantizePack's layout: `weights` receives rows*cols floats, (code - zero point) * scale (* globalScale),
/// each product rounded to float once, in that order. Any bytes are valid input.
void dequantize(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                std::span<const std::byte> codes, std::span<const std::byte> scales,
                std::span<float> weights);

namespace reference {
/// One row. With given scales `scales` is not read.
void dequantizeRow(const Encoding& encoding, float globalScale, GivenScales given, std::span<const std::byte> codes,
                   std::span<const std::byte> scales, std::span<float> weights);
void dequantize(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                std::span<const std::byte> codes, std::span<const std::byte> scales,
                std::span<float> weights);
}

}  // namespace dq::kernels

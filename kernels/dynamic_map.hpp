#pragma once

#include <cstdint>
#include <span>

namespace dq::kernels {

/// The signed 8-bit dynamic type of bitsandbytes (arXiv 1511.04561), 256 numbers rising from -0.99 to 1: for each power of ten
/// from 1e-6 to 1, 2^(i) middles of as many equal parts of [0.1, 1] times it, both signs, then 0 and 1. To the bit as
/// torch computes them (tests/fixtures/kernels/make_double_quant.py).
std::span<const float, 256> dynamicMap();

/// The index of the nearest number: the lower up to the middle of two, which is a float.
std::uint8_t toDynamic(float value);

}  // namespace dq::kernels

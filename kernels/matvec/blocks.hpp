#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/encoding.hpp"
#include "kernels/gguf/gguf.hpp"

/// GGUF's blocks as products read them: codes apart from scales. Q6_K, Q5_K and Q4_K have bytes for scales, under one half (d) or two (d,
/// dmin) every 256 columns; Q4_K and Q5_K have a minimum beside each scale.
namespace dq::kernels::matvec {

struct BlockShape {
    Encoding encoding;  // scale None: bytes under halves
    int halves = 0;
};

bool isKnownBlock(gguf::Type type);
/// Of a known type.
BlockShape shapeOf(gguf::Type type);

struct BlockRow {
    std::vector<std::uint16_t> codes;   // not negative: 2^(bits - 1) is 0, or 0 where there are minima
    std::vector<std::uint8_t> scales;   // halves, or one byte each
    std::vector<std::uint8_t> minima;
    std::vector<std::uint16_t> halves;
};
BlockRow unpackedBlocks(gguf::Type type, std::span<const std::byte> row);

}  // namespace dq::kernels::matvec

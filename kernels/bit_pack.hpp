#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dq::kernels {

/// Packs codes of `bits` (1 to 16) without gaps, little endian: bit k of code i is bit (i*bits + k) % 8 of
/// byte (i*bits + k) / 8. Higher bits of a code are ignored, what is left of the last byte is zero.
///
///     3 bits   byte 0          byte 1          byte 2
///     bit      7 6 5 4 3 2 1 0 7 6 5 4 3 2 1 0 7 6 5 4 3 2 1 0
///     code     2 2 1 1 1 0 0 0 5 4 4 4 3 3 3 2 7 7 7 6 6 6 5 5
///
/// `bytes` holds (codes.size() * bits + 7) / 8.
void packBits(std::span<const std::uint16_t> codes, int bits, std::span<std::byte> bytes);

/// The inverse: codes.size() codes, each in 0 .. 2^bits - 1.
void unpackBits(std::span<const std::byte> bytes, int bits, std::span<std::uint16_t> codes);

/// The same for codes of at most 8 bits, one a byte and none with higher bits: eight at a time.
void packBytes(std::span<const std::uint8_t> codes, int bits, std::byte* bytes);
void unpackBytes(const std::byte* bytes, int bits, std::span<std::uint8_t> codes);

}  // namespace dq::kernels

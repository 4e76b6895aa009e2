#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/gguf/blocks.hpp"

/// Scales and codes, one byte each and counted from 0, into the bytes of one block (kernels/gguf/blocks.hpp).
namespace dq::kernels::gguf {

void assembleQ4_0(Half d, const std::uint8_t* codes, std::byte* out);
void assembleQ4_1(Half d, Half m, const std::uint8_t* codes, std::byte* out);
void assembleQ5_0(Half d, const std::uint8_t* codes, std::byte* out);
void assembleQ5_1(Half d, Half m, const std::uint8_t* codes, std::byte* out);
void assembleQ8_0(Half d, const std::uint8_t* codes, std::byte* out);  // codes are signed bytes

/// `scales` and `minima` hold one byte a run.
void assembleQ2_K(Half d, Half dmin, const std::uint8_t* scales, const std::uint8_t* minima,
                  const std::uint8_t* codes, std::byte* out);
void assembleQ3_K(Half d, const std::uint8_t* scales, const std::uint8_t* codes, std::byte* out);
void assembleQ4_K(Half d, Half dmin, const std::uint8_t* scales, const std::uint8_t* minima,
                  const std::uint8_t* codes, std::byte* out);
void assembleQ5_K(Half d, Half dmin, const std::uint8_t* scales, const std::uint8_t* minima,
                  const std::uint8_t* codes, std::byte* out);
void assembleQ6_K(Half d, const std::int8_t* scales, const std::uint8_t* codes, std::byte* out);

void assembleIq4Nl(Half d, const std::uint8_t* codes, std::byte* out);
void assembleIq4Xs(Half d, const std::uint8_t* scales, const std::uint8_t* codes, std::byte* out);

void assembleMxfp4(std::uint8_t e, const std::uint8_t* codes, std::byte* out);
void assembleNvfp4(const std::array<std::uint8_t, 4>& d, const std::uint8_t* codes, std::byte* out);

}  // namespace dq::kernels::gguf

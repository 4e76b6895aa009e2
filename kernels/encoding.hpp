#pragma once

#include <cstdint>

namespace dq::kernels {

enum class Element : std::uint8_t {
    Bf16,  // the weight rounded to bfloat16, no scale
    Int,   // two's complement of `bits`, codes -2^(bits-1) .. 2^(bits-1)-1; with zero points 0 .. 2^bits-1
    E4M3,  // 8-bit float, largest 448
    E2M1,  // 4-bit float: 0 .5 1 1.5 2 3 4 6 and their negatives
    Nf4,   // 16 normal-float levels, QLoRA (arXiv 2305.14314) appendix E
    E5M2,  // 8-bit float, largest 57344
    E2M3,  // 6-bit float, largest 7.5
    E3M2,  // 6-bit float, largest 28
    Fp4,   // bitsandbytes' 4-bit float: 0 1/192 1/6 1/4 1/3 1/2 2/3 1 and their negatives
    Block, // a block type of GGUF files, scales and all (kernels/gguf/gguf.hpp); rows that no block divides fall back
};

enum class ScaleType : std::uint8_t {
    None, F16, F32, E4M3, Bf16, E8M0,
    Dynamic8,  // scales that are quantized themselves, for the whole matrix at once (kernels/matrix_scales.hpp)
};

/// How a group's scale is chosen (kernels/group_scale.hpp).
enum class Scaling : std::uint8_t {
    Largest,   // the group's largest magnitude becomes the largest code
    Searched,  // of 16 smaller and smaller scales the one with the least squared error
    Weighted,  // the same, each column's squared error multiplied by E[x^2] of what it meets
    Fisher,    // the same, each weight's squared error multiplied by its own Fisher entry (kernels/sensitivity.hpp)
};

/// How the weights of one matrix are stored. A group is `group` consecutive weights of one row that share a
/// scale; the last group of a row may be shorter; group 0 means the whole row. Codes of a row are packed
/// without gaps, little endian (bit k of code i at bit i*bits+k of the row), each row starting at a byte.
/// A row's scales stand one after the other, behind them the zero points where there are any, packed like codes.
struct Encoding {
    Element element = Element::Bf16;
    int bits = 16;
    int group = 0;
    ScaleType scale = ScaleType::None;
    bool globalScale = false;  // one more FP32 factor for the whole matrix (NVFP4), or the only one (scale None)
    Scaling scaling = Scaling::Largest;
    bool zeroPoint = false;  // Int only: a number of `bits` a group, weight = (code - zero point) * scale
    std::uint8_t block = 0;  // Block only: which type, a number of gguf::Type
    int groupRows = 1;       // a group is so many rows high: 128 for FP8's tiles
    bool feedback = false;   // codes answer for the errors of earlier columns (kernels/feedback.hpp), not each for itself

    bool operator==(const Encoding&) const = default;
};

/// Whether rows cannot choose their scales alone: kernels/matrix_scales.hpp does for the whole matrix.
constexpr bool sharesScales(const Encoding& encoding) {
    return encoding.groupRows > 1 || encoding.scale == ScaleType::Dynamic8;
}

std::int64_t groupsPerRow(const Encoding& encoding, std::int64_t cols);
std::int64_t codeBytesPerRow(const Encoding& encoding, std::int64_t cols);
std::int64_t zeroBytesPerRow(const Encoding& encoding, std::int64_t cols);
/// Zero points included; 0 where the encoding shares scales.
std::int64_t scaleBytesPerRow(const Encoding& encoding, std::int64_t cols);
/// Of the whole matrix.
std::int64_t scaleBytes(const Encoding& encoding, std::int64_t rows, std::int64_t cols);

/// The code value that a group's largest magnitude is mapped to: 2^(bits-1)-1, 448, 6 or 1; with zero points the one that
/// its range is mapped to, 2^bits-1.
float largestCode(const Encoding& encoding);

/// A matrix of floats, [rows, cols], row-major, without gaps.
struct MatrixView {
    const float* data = nullptr;
    std::int64_t rows = 0;
    std::int64_t cols = 0;

    const float* row(std::int64_t i) const { return data + i * cols; }
};

}  // namespace dq::kernels

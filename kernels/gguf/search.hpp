#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// The four searches for the scale of a group that stock llama.cpp makes, in its order of arithmetic. Codes
/// are written shifted to begin at 0.
namespace dq::kernels::gguf {

/// w ~ scale * code, codes -limit .. limit - 1: of 19 scales near limit / max the one that leaves the least
/// weighted squared error, each refitted to its codes. `weights` may be null: x^2.
float signedScale(std::span<const float> x, const float* weights, int limit, std::uint8_t* codes);

/// The same aim, weights x^2, by moving one code at a time while that helps, five rounds at most.
float descendedScale(std::span<const float> x, int limit, std::uint8_t* codes);

/// w ~ scale * code, codes 0 .. limit, for numbers that are not negative (scales of groups): nine scales,
/// then one code at a time.
float positiveScale(std::span<const float> x, const float* weights, int limit, std::uint8_t* codes);

struct Ladder {
    int limit;    // codes 0 .. limit
    float first;  // scales range / (limit + first + step * i), i = 0 .. steps
    float step;
    int steps;
    bool absolute;  // weigh |error|, not its square
};
struct Affine {
    float scale;
    float minimum;  // not negative: w ~ scale * code - minimum
};
Affine affineScale(std::span<const float> x, const float* weights, const Ladder& ladder, std::uint8_t* codes);

}  // namespace dq::kernels::gguf

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/dtype.hpp"
#include "kernels/gguf/assemble.hpp"
#include "kernels/gguf/families.hpp"
#include "kernels/gguf/packing.hpp"
#include "kernels/gguf/rounding.hpp"
#include "kernels/gguf/search.hpp"

/// Q3_K and Q6_K: sixteen runs of 16 with one signed scale each, the scales in six or eight bits under one
/// half.
namespace dq::kernels::gguf {

namespace {

constexpr std::size_t size = 256;
constexpr std::size_t run = 16;
constexpr std::size_t runs = size / run;

struct Runs {
    std::array<float, runs> scale{};
    std::array<float, runs> weight{};
    std::array<std::uint8_t, size> codes{};
};

std::span<const float> runOf(const Source& source, std::size_t j) {
    return {source.x + run * j, run};
}

Runs searchQ3(const Source& source) {
    Runs found;
    std::array<float, run> weights{};
    const float spread = 2 * sumOfSquares(source.x, size) / static_cast<float>(size);
    for (std::size_t j = 0; j < runs; ++j) {
        std::uint8_t* codes = found.codes.data() + run * j;
        if (!source.importance) {
            found.scale[j] = descendedScale(runOf(source, j), 4, codes);
            continue;
        }
        importanceWeights(source.x + run * j, source.importance + run * j, spread, run, weights.data());
        for (const float weight : weights)
            found.weight[j] += weight;
        found.scale[j] = signedScale(runOf(source, j), weights.data(), 4, codes);
    }
    return found;
}

Runs searchQ6(const Source& source) {
    Runs found;
    for (std::size_t j = 0; j < runs; ++j)
        found.scale[j] =
            signedScale(runOf(source, j), source.importance ? source.importance + run * j : nullptr, 32,
                        found.codes.data() + run * j);
    return found;
}

/// Six bits for each scale, so that the largest becomes -32; returns the unit.
float sixBits(const std::array<float, runs>& scales, std::uint8_t* codes) {
    const float max = farthest(scales.data(), runs);
    std::fill_n(codes, runs, std::uint8_t{0});
    if (max == 0) return 0;
    const float inverse = -32.0f / max;
    for (std::size_t j = 0; j < runs; ++j) {
        const int code = static_cast<std::int8_t>(nearest(inverse * scales[j]));
        codes[j] = static_cast<std::uint8_t>(std::clamp(code, -32, 31) + 32);
    }
    return 1 / inverse;
}

/// The codes of one run against its stored scale; 0 keeps what the search found.
void requantize(const Source& source, std::size_t j, float d, int limit, Runs& found) {
    if (d == 0) return;
    for (std::size_t i = run * j; i < run * (j + 1); ++i)
        found.codes[i] =
            static_cast<std::uint8_t>(std::clamp(nearest(source.x[i] / d), -limit, limit - 1) + limit);
}

}  // namespace

void quantizeQ3_K(const Source& source, std::byte* out) {
    Runs found = searchQ3(source);
    std::array<std::uint8_t, runs> scales{};
    const Half d = toF16(source.importance ? signedScale(found.scale, found.weight.data(), 32, scales.data())
                                           : sixBits(found.scale, scales.data()));
    for (std::size_t j = 0; j < runs; ++j)
        requantize(source, j, fromF16(d) * static_cast<float>(scales[j] - 32), 4, found);
    assembleQ3_K(d, scales.data(), found.codes.data(), out);
}

void quantizeQ6_K(const Source& source, std::byte* out) {
    Runs found = searchQ6(source);
    std::array<std::int8_t, runs> scales{};
    const float max = farthest(found.scale.data(), runs);
    if (std::fabs(max) < nothing) {
        found.codes = {};
        assembleQ6_K(0, scales.data(), found.codes.data(), out);
        return;
    }
    const float inverse = -128.0f / max;
    const Half d = toF16(1 / inverse);
    for (std::size_t j = 0; j < runs; ++j) {
        scales[j] = static_cast<std::int8_t>(std::min(127, nearest(inverse * found.scale[j])));
        requantize(source, j, fromF16(d) * static_cast<float>(scales[j]), 32, found);
    }
    assembleQ6_K(d, scales.data(), found.codes.data(), out);
}

void dequantizeQ3_K(const std::byte* from, float* x) {
    const auto block = load<BlockQ3_K>(from);
    const float d = fromF16(block.d);
    for (std::size_t i = 0; i < size; ++i) {
        const float scale = d * static_cast<float>(scale3Of(block.scales.data(), i / run) - 32);
        const int high = (block.hmask[i % 32] >> (i / 32)) & 1;
        x[i] = scale * static_cast<float>(pairOf(block.qs.data(), i) - (high ? 0 : 4));
    }
}

void dequantizeQ6_K(const std::byte* from, float* x) {
    const auto block = load<BlockQ6_K>(from);
    const float d = fromF16(block.d);
    for (std::size_t i = 0; i < size; ++i) {
        const float scale = d * static_cast<float>(block.scales[i / run]);
        x[i] = scale * static_cast<float>(sixOf(block.ql.data(), block.qh.data(), i) - 32);
    }
}

}  // namespace dq::kernels::gguf

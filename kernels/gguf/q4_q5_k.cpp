#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/dtype.hpp"
#include "kernels/gguf/assemble.hpp"
#include "kernels/gguf/families.hpp"
#include "kernels/gguf/packing.hpp"
#include "kernels/gguf/rounding.hpp"
#include "kernels/gguf/search.hpp"

/// Q4_K and Q5_K: eight runs of 32, each an affine search; their scales and minima in six bits under two
/// halves.
namespace dq::kernels::gguf {

namespace {

constexpr std::size_t size = 256;
constexpr std::size_t run = 32;
constexpr std::size_t runs = size / run;
constexpr int largestScale = 63;

struct Runs {
    std::array<float, runs> scale{};
    std::array<float, runs> minimum{};
    std::array<float, runs> weight{};  // sum of the weights of a run
    std::array<std::uint8_t, size> codes{};

    void search(std::size_t j, const float* x, const float* weights, const Ladder& ladder) {
        const Affine affine = affineScale({x + run * j, run}, weights, ladder, codes.data() + run * j);
        scale[j] = affine.scale;
        minimum[j] = affine.minimum;
    }
};

struct Fitted {
    Half d = 0;
    Half dmin = 0;
    std::array<std::uint8_t, runs> scales{};
    std::array<std::uint8_t, runs> minima{};
    std::array<std::uint8_t, size> codes{};
};

/// Without importance a weight counts its magnitude and the run's root mean square.
Runs searchPlain(const float* x, const Ladder& ladder) {
    Runs found;
    std::array<float, run> weights{};
    for (std::size_t j = 0; j < runs; ++j) {
        const float* at = x + run * j;
        const float typical = std::sqrt(sumOfSquares(at, run) / static_cast<float>(run));
        for (std::size_t i = 0; i < run; ++i)
            weights[i] = typical + std::fabs(at[i]);
        found.search(j, x, weights.data(), ladder);
    }
    return found;
}

Runs searchWeighted(const Source& source, int limit) {
    Runs found;
    std::array<float, run> weights{};
    const float spread = 2 * sumOfSquares(source.x, size) / static_cast<float>(size);
    for (std::size_t j = 0; j < runs; ++j) {
        importanceWeights(source.x + run * j, source.importance + run * j, spread, run, weights.data());
        for (const float weight : weights)
            found.weight[j] += weight;
        found.search(j, source.x, weights.data(), {limit, -0.9f, 0.05f, 36, false});
    }
    return found;
}

/// Six bits for each of eight numbers in units of largest / 63; returns the unit.
float sixBits(const std::array<float, runs>& numbers, std::uint8_t* codes) {
    float max = 0;
    for (const float number : numbers)
        max = number > max ? number : max;
    const float inverse = max > 0 ? static_cast<float>(largestScale) / max : 0.0f;
    for (std::size_t j = 0; j < runs; ++j)
        codes[j] =
            std::min(static_cast<std::uint8_t>(nearest(inverse * numbers[j])), std::uint8_t{largestScale});
    return max / static_cast<float>(largestScale);
}

/// The codes again, now against the scales as they are stored; a run whose scale is 0 keeps what it had.
void requantize(const float* x, int limit, Fitted& fitted) {
    for (std::size_t j = 0; j < runs; ++j) {
        const float d = fromF16(fitted.d) * static_cast<float>(fitted.scales[j]);
        if (d == 0) continue;
        const float minimum = fromF16(fitted.dmin) * static_cast<float>(fitted.minima[j]);
        for (std::size_t i = run * j; i < run * (j + 1); ++i)
            fitted.codes[i] = static_cast<std::uint8_t>(std::clamp(nearest((x[i] + minimum) / d), 0, limit));
    }
}

Fitted fit(const Source& source, int limit, const Ladder& plain) {
    const Runs found = source.importance ? searchWeighted(source, limit) : searchPlain(source.x, plain);
    Fitted fitted;
    if (source.importance) {
        fitted.d = toF16(positiveScale(found.scale, found.weight.data(), largestScale, fitted.scales.data()));
        fitted.dmin =
            toF16(positiveScale(found.minimum, found.weight.data(), largestScale, fitted.minima.data()));
    } else {
        fitted.d = toF16(sixBits(found.scale, fitted.scales.data()));
        fitted.dmin = toF16(sixBits(found.minimum, fitted.minima.data()));
    }
    fitted.codes = found.codes;
    requantize(source.x, limit, fitted);
    return fitted;
}

template <class Block, class CodeOf>
void dequantize(const Block& block, const CodeOf& codeOf, float* x) {
    std::array<std::uint8_t, runs> scales{};
    std::array<std::uint8_t, runs> minima{};
    unpackScales45(block.scales.data(), scales.data(), minima.data());
    const float d = fromF16(block.d);
    const float dmin = fromF16(block.dmin);
    for (std::size_t j = 0; j < runs; ++j) {
        const float scale = d * static_cast<float>(scales[j]);
        const float minimum = dmin * static_cast<float>(minima[j]);
        for (std::size_t i = run * j; i < run * (j + 1); ++i)
            x[i] = scale * static_cast<float>(codeOf(i)) - minimum;
    }
}

}  // namespace

void quantizeQ4_K(const Source& source, std::byte* out) {
    const Fitted fitted = fit(source, 15, {15, -1.0f, 0.1f, 20, false});
    assembleQ4_K(fitted.d, fitted.dmin, fitted.scales.data(), fitted.minima.data(), fitted.codes.data(), out);
}

void quantizeQ5_K(const Source& source, std::byte* out) {
    const Fitted fitted = fit(source, 31, {31, -0.5f, 0.1f, 15, false});
    assembleQ5_K(fitted.d, fitted.dmin, fitted.scales.data(), fitted.minima.data(), fitted.codes.data(), out);
}

void dequantizeQ4_K(const std::byte* from, float* x) {
    const auto block = load<BlockQ4_K>(from);
    dequantize(
        block, [&](std::size_t i) { return nibbleOf(block.qs.data(), i); }, x);
}

void dequantizeQ5_K(const std::byte* from, float* x) {
    const auto block = load<BlockQ5_K>(from);
    const auto fifth = [&](std::size_t i) { return ((block.qh[i % 32] >> (i / 32)) & 1) << 4; };
    dequantize(
        block, [&](std::size_t i) { return nibbleOf(block.qs.data(), i) | fifth(i); }, x);
}

}  // namespace dq::kernels::gguf

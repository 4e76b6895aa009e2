#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/dtype.hpp"
#include "kernels/gguf/assemble.hpp"
#include "kernels/gguf/families.hpp"
#include "kernels/gguf/packing.hpp"
#include "kernels/gguf/rounding.hpp"
#include "kernels/gguf/search.hpp"

/// Q2_K: sixteen runs of 16, each an affine search; scales and minima in four bits under two halves.
namespace dq::kernels::gguf {

namespace {

constexpr std::size_t size = 256;
constexpr std::size_t run = 16;
constexpr std::size_t runs = size / run;
constexpr int limit = 3;
constexpr int largestScale = 15;

struct Runs {
    std::array<float, runs> scale{};
    std::array<float, runs> minimum{};
    std::array<float, runs> weight{};
    std::array<std::uint8_t, size> codes{};
};

Runs search(const Source& source) {
    Runs found;
    std::array<float, run> weights{};
    const float spread = sumOfSquares(source.x, size) / static_cast<float>(size);
    const Ladder ladder =
        source.importance ? Ladder{limit, -0.9f, 0.05f, 36, false} : Ladder{limit, -0.5f, 0.1f, 15, true};
    for (std::size_t j = 0; j < runs; ++j) {
        const float* x = source.x + run * j;
        if (source.importance)
            importanceWeights(x, source.importance + run * j, spread, run, weights.data());
        else
            std::transform(x, x + run, weights.begin(), [](float value) { return std::fabs(value); });
        for (const float weight : weights)
            found.weight[j] += weight;
        const Affine affine = affineScale({x, run}, weights.data(), ladder, found.codes.data() + run * j);
        found.scale[j] = affine.scale;
        found.minimum[j] = affine.minimum;
    }
    return found;
}

/// Four bits for each number in units of largest / 15; returns the unit.
float fourBits(const std::array<float, runs>& numbers, std::uint8_t* codes) {
    float max = 0;
    for (const float number : numbers)
        max = number > max ? number : max;
    if (!(max > 0)) return 0;
    const float inverse = static_cast<float>(largestScale) / max;
    for (std::size_t j = 0; j < runs; ++j)
        codes[j] = static_cast<std::uint8_t>(nearest(inverse * numbers[j]));
    return max / static_cast<float>(largestScale);
}

}  // namespace

void quantizeQ2_K(const Source& source, std::byte* out) {
    Runs found = search(source);
    std::array<std::uint8_t, runs> scales{};
    std::array<std::uint8_t, runs> minima{};
    Half d = 0;
    Half dmin = 0;
    if (source.importance) {
        d = toF16(positiveScale(found.scale, found.weight.data(), largestScale, scales.data()));
        dmin = toF16(positiveScale(found.minimum, found.weight.data(), largestScale, minima.data()));
    } else {
        d = toF16(fourBits(found.scale, scales.data()));
        dmin = toF16(fourBits(found.minimum, minima.data()));
    }
    for (std::size_t j = 0; j < runs; ++j) {
        const auto both = static_cast<std::uint8_t>(scales[j] | (minima[j] << 4));
        const float scale = fromF16(d) * static_cast<float>(both & 15);
        if (scale == 0) continue;
        const float minimum = fromF16(dmin) * static_cast<float>(both >> 4);
        for (std::size_t i = run * j; i < run * (j + 1); ++i)
            found.codes[i] =
                static_cast<std::uint8_t>(std::clamp(nearest((source.x[i] + minimum) / scale), 0, limit));
    }
    assembleQ2_K(d, dmin, scales.data(), minima.data(), found.codes.data(), out);
}

void dequantizeQ2_K(const std::byte* from, float* x) {
    const auto block = load<BlockQ2_K>(from);
    const float d = fromF16(block.d);
    const float dmin = fromF16(block.dmin);
    for (std::size_t i = 0; i < size; ++i) {
        const std::uint8_t both = block.scales[i / run];
        const float scale = d * static_cast<float>(both & 15);
        const float minimum = dmin * static_cast<float>(both >> 4);
        x[i] = scale * static_cast<float>(pairOf(block.qs.data(), i)) - minimum;
    }
}

}  // namespace dq::kernels::gguf

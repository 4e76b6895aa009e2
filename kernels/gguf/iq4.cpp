#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/dtype.hpp"
#include "kernels/gguf/assemble.hpp"
#include "kernels/gguf/families.hpp"
#include "kernels/gguf/packing.hpp"
#include "kernels/gguf/rounding.hpp"

/// IQ4_NL and IQ4_XS: sixteen fixed levels, of 16 scales the one with the least weighted squared error.
namespace dq::kernels::gguf {

namespace {

constexpr std::size_t run = 32;
constexpr std::size_t runs = 8;

/// The nearest level; half way the upper one, and 15 for NaN.
std::uint8_t levelNear(float value) {
    std::uint8_t level = 0;
    while (level < 15) {
        const auto here = static_cast<float>(iq4Levels[level]);
        const auto above = static_cast<float>(iq4Levels[level + 1u]);
        const bool nearerHere = value <= here || value - here < above - value;
        if (nearerHere) break;
        ++level;
    }
    return level;
}

struct Fit {
    float xq = 0;
    float qq = 0;
};

Fit fitAt(float inverse, const float* x, const float* weights) {
    Fit fit;
    for (std::size_t i = 0; i < run; ++i) {
        const auto level = static_cast<float>(iq4Levels[levelNear(inverse * x[i])]);
        fit.xq += weights[i] * level * x[i];
        fit.qq += weights[i] * level * level;
    }
    return fit;
}

float scaleOf(const float* x, const float* weights) {
    const float max = farthest(x, run);
    if (std::fabs(max) < nothing) return 0;
    const auto lowest = static_cast<float>(iq4Levels[0]);
    const Fit first = fitAt(1 / (-max / lowest), x, weights);
    float scale = first.qq > 0 ? first.xq / first.qq : 0.0f;
    float best = scale * first.xq;
    for (int trial = -7; trial <= 7; ++trial) {
        const Fit fit = fitAt((static_cast<float>(trial) + lowest) / max, x, weights);
        if (!(fit.qq > 0 && fit.xq * fit.xq > best * fit.qq)) continue;
        scale = fit.xq / fit.qq;
        best = scale * fit.xq;
    }
    return scale;
}

/// The scale of run j of a block whose spread is known.
float runScale(const Source& source, std::size_t j, float spread) {
    std::array<float, run> weights{};
    const float* x = source.x + run * j;
    if (source.importance)
        importanceWeights(x, source.importance + run * j, spread, run, weights.data());
    else
        std::transform(x, x + run, weights.begin(), [](float value) { return value * value; });
    return scaleOf(x, weights.data());
}

void codesAt(float inverse, const float* x, std::uint8_t* codes) {
    for (std::size_t i = 0; i < run; ++i)
        codes[i] = levelNear(inverse * x[i]);
}

void unpackRun(const std::uint8_t* bytes, float scale, float* x) {
    std::array<std::uint8_t, run> codes{};
    unpackNibbles<16>(bytes, codes.data());
    for (std::size_t i = 0; i < run; ++i)
        x[i] = scale * static_cast<float>(iq4Levels[codes[i]]);
}

float spreadOf(const Source& source, std::size_t n) {
    return sumOfSquares(source.x, n) * (2.0f / static_cast<float>(n));
}

}  // namespace

void quantizeIq4Nl(const Source& source, std::byte* out) {
    const float scale = runScale(source, 0, spreadOf(source, run));
    std::array<std::uint8_t, run> codes{};
    codesAt(inverseOrZero(scale), source.x, codes.data());
    assembleIq4Nl(toF16(scale), codes.data(), out);
}

void quantizeIq4Xs(const Source& source, std::byte* out) {
    const float spread = spreadOf(source, run * runs);
    std::array<float, runs> scales{};
    for (std::size_t j = 0; j < runs; ++j)
        scales[j] = runScale(source, j, spread);
    const float d = -farthest(scales.data(), runs) / 32;
    const float inverse = inverseOrZero(d);
    std::array<std::uint8_t, runs> stored{};
    std::array<std::uint8_t, run * runs> codes{};
    for (std::size_t j = 0; j < runs; ++j) {
        const int scale = std::clamp(nearest(inverse * scales[j]), -32, 31);
        stored[j] = static_cast<std::uint8_t>(scale + 32);
        codesAt(inverseOrZero(d * static_cast<float>(scale)), source.x + run * j, codes.data() + run * j);
    }
    assembleIq4Xs(toF16(d), stored.data(), codes.data(), out);
}

void dequantizeIq4Nl(const std::byte* from, float* x) {
    const auto block = load<BlockIq4Nl>(from);
    unpackRun(block.qs.data(), fromF16(block.d), x);
}

void dequantizeIq4Xs(const std::byte* from, float* x) {
    const auto block = load<BlockIq4Xs>(from);
    const float d = fromF16(block.d);
    for (std::size_t j = 0; j < runs; ++j) {
        const int low = (block.scalesLow[j / 2] >> (4 * (j % 2))) & 15;
        const int high = (block.scalesHigh >> (2 * j)) & 3;
        unpackRun(block.qs.data() + 16 * j, d * static_cast<float>((low | (high << 4)) - 32), x + run * j);
    }
}

}  // namespace dq::kernels::gguf

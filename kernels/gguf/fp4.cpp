#include <array>
#include <bit>
#include <cmath>

#include "kernels/gguf/assemble.hpp"
#include "kernels/gguf/families.hpp"
#include "kernels/gguf/fp4_scale.hpp"
#include "kernels/gguf/packing.hpp"
#include "kernels/gguf/rounding.hpp"

/// MXFP4 and NVFP4 as GGUF has them: no search, the nearest of sixteen levels under a scale from the maximum.
namespace dq::kernels::gguf {

namespace {

/// Of levels equally near the first, so that -0 is never written.
std::uint8_t levelNear(float x, float scale) {
    std::uint8_t best = 0;
    float least = std::fabs(x);
    for (std::uint8_t level = 1; level < 16; ++level) {
        const float error = std::fabs(static_cast<float>(fp4Levels[level]) * scale - x);
        if (!(error < least)) continue;
        best = level;
        least = error;
    }
    return best;
}

void levelsOf(const float* x, std::size_t n, float scale, std::uint8_t* codes) {
    for (std::size_t i = 0; i < n; ++i)
        codes[i] = levelNear(x[i], scale);
}

template <std::size_t n>
void unpackRun(const std::uint8_t* bytes, float scale, float* x) {
    std::array<std::uint8_t, 2 * n> codes{};
    unpackNibbles<n>(bytes, codes.data());
    for (std::size_t i = 0; i < 2 * n; ++i)
        x[i] = static_cast<float>(fp4Levels[codes[i]]) * scale;
}

}  // namespace

void quantizeMxfp4(const Source& source, std::byte* out) {
    const std::uint8_t e = mxScaleFor(std::fabs(farthest(source.x, 32)));
    std::array<std::uint8_t, 32> codes{};
    levelsOf(source.x, codes.size(), halfMxScale(e), codes.data());
    assembleMxfp4(e, codes.data(), out);
}

void quantizeNvfp4(const Source& source, std::byte* out) {
    std::array<std::uint8_t, 4> d{};
    std::array<std::uint8_t, 64> codes{};
    for (std::size_t j = 0; j < 4; ++j) {
        const float* x = source.x + 16 * j;
        d[j] = nvScaleFor(std::fabs(farthest(x, 16)) / 6.0f);
        levelsOf(x, 16, halfNvScale(d[j]), codes.data() + 16 * j);
    }
    assembleNvfp4(d, codes.data(), out);
}

void dequantizeMxfp4(const std::byte* from, float* x) {
    const auto block = load<BlockMxfp4>(from);
    unpackRun<16>(block.qs.data(), halfMxScale(block.e), x);
}

void dequantizeNvfp4(const std::byte* from, float* x) {
    const auto block = load<BlockNvfp4>(from);
    for (std::size_t j = 0; j < 4; ++j)
        unpackRun<8>(block.qs.data() + 8 * j, halfNvScale(block.d[j]), x + 16 * j);
}

}  // namespace dq::kernels::gguf

#include <array>
#include <bit>
#include <cmath>

#include "kernels/gguf/blocks.hpp"
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

template <std::size_t n>
void packRun(const float* x, float scale, std::uint8_t* bytes) {
    std::array<std::uint8_t, 2 * n> codes{};
    for (std::size_t i = 0; i < 2 * n; ++i)
        codes[i] = levelNear(x[i], scale);
    packNibbles<n>(codes.data(), bytes);
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
    BlockMxfp4 block{mxScaleFor(std::fabs(farthest(source.x, 32))), {}};
    packRun<16>(source.x, halfMxScale(block.e), block.qs.data());
    store(block, out);
}

void quantizeNvfp4(const Source& source, std::byte* out) {
    BlockNvfp4 block{};
    for (std::size_t j = 0; j < 4; ++j) {
        const float* x = source.x + 16 * j;
        block.d[j] = nvScaleFor(std::fabs(farthest(x, 16)) / 6.0f);
        packRun<8>(x, halfNvScale(block.d[j]), block.qs.data() + 8 * j);
    }
    store(block, out);
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

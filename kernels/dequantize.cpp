#include "kernels/dequantize.hpp"

#include "core/base/parallel.hpp"
#include "kernels/slabs.hpp"

namespace dq::kernels {

void dequantize(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                std::span<const std::byte> codes, std::span<const std::byte> scales,
                std::span<float> weights) {
    const MatrixView whole{weights.data(), rows, cols};
    const std::int64_t codeBytes = codeBytesPerRow(encoding, cols);
    const std::int64_t scaleBytes = scaleBytesPerRow(encoding, cols);
    parallelFor(slabCount(whole), [&](std::int64_t s) {
        reference::dequantize(encoding, slab(whole, s).rows, cols, globalScale,
                              rowsOf(codes, whole, s, codeBytes), rowsOf(scales, whole, s, scaleBytes),
                              rowsOf(weights, whole, s, cols));
    });
}

}  // namespace dq::kernels

#include "core/export/rounded.hpp"

#include <cassert>
#include <string>

#include "core/base/error.hpp"
#include "kernels/dequantize.hpp"
#include "kernels/moments.hpp"
#include "kernels/quantize_pack.hpp"

namespace dq::exporting {

Packed packed(std::span<const float> weights, std::int64_t rows, std::int64_t cols,
              const format::Format& format) {
    assert(std::ssize(weights) == rows * cols);
    const kernels::MatrixView view{weights.data(), rows, cols};
    const kernels::Moments moments = kernels::moments(view);
    if (moments.notFinite > 0)
        throw Error(Kind::Corrupt, std::to_string(moments.notFinite) +
                                       " weights are NaN or infinite and cannot be rounded to " +
                                       format.name);
    Packed matrix;
    matrix.global = kernels::globalScaleFor(format.encoding, static_cast<float>(moments.largest));
    matrix.codes.resize(static_cast<std::size_t>(rows * kernels::codeBytesPerRow(format.encoding, cols)));
    matrix.scales.resize(static_cast<std::size_t>(rows * kernels::scaleBytesPerRow(format.encoding, cols)));
    kernels::quantizePack(view, format.encoding, matrix.global, matrix.codes, matrix.scales);
    return matrix;
}

std::vector<float> unpacked(const Packed& matrix, std::int64_t rows, std::int64_t cols,
                            const format::Format& format) {
    std::vector<float> weights(static_cast<std::size_t>(rows * cols));
    kernels::dequantize(format.encoding, rows, cols, matrix.global, matrix.codes, matrix.scales, weights);
    return weights;
}

std::vector<float> rounded(std::span<const float> weights, std::int64_t rows, std::int64_t cols,
                           const format::Format& format) {
    return unpacked(packed(weights, rows, cols, format), rows, cols, format);
}

}  // namespace dq::exporting

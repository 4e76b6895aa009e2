#include "core/export/rounded.hpp"

#include <cassert>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "core/base/dtype.hpp"
#include "core/base/error.hpp"
#include "kernels/dequantize.hpp"
#include "kernels/element.hpp"
#include "kernels/moments.hpp"
#include "kernels/quantize_pack.hpp"

namespace dq::exporting {

namespace {

/// The kernels keep a row's zero points behind its scales; files have a tensor of each.
struct Widths {
    std::size_t scales, zeros;
};

Widths widthsOf(const format::Format& format, std::int64_t cols) {
    const std::int64_t zeros = kernels::zeroBytesPerRow(format.encoding, cols);
    return {static_cast<std::size_t>(kernels::scaleBytesPerRow(format.encoding, cols) - zeros),
            static_cast<std::size_t>(zeros)};
}

void split(std::span<const std::byte> from, Widths widths, Packed& to) {
    for (; !from.empty(); from = from.subspan(widths.scales + widths.zeros)) {
        const auto row = from.first(widths.scales + widths.zeros);
        to.scales.insert(to.scales.end(), row.begin(), row.end() - static_cast<std::ptrdiff_t>(widths.zeros));
        to.zeros.insert(to.zeros.end(), row.end() - static_cast<std::ptrdiff_t>(widths.zeros), row.end());
    }
}

std::vector<std::byte> joined(const Packed& from, Widths widths, std::int64_t rows) {
    std::vector<std::byte> all;
    all.reserve(from.scales.size() + from.zeros.size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) {
        const auto scales = std::span(from.scales).subspan(i * widths.scales, widths.scales);
        const auto zeros = std::span(from.zeros).subspan(i * widths.zeros, widths.zeros);
        all.insert(all.end(), scales.begin(), scales.end());
        all.insert(all.end(), zeros.begin(), zeros.end());
    }
    return all;
}

/// bfloat16 of a matrix that holds NaN or infinity: they stay what they are.
std::vector<std::byte> keptCodes(std::span<const float> weights) {
    std::vector<std::byte> codes(weights.size() * 2);
    for (std::size_t j = 0; j < weights.size(); ++j) {
        const std::uint16_t code = std::isfinite(weights[j]) ? kernels::toBf16Saturated(weights[j]) : toBf16(weights[j]);
        std::memcpy(codes.data() + 2 * j, &code, 2);
    }
    return codes;
}

}  // namespace

void requireInput(const kernels::Input& input, std::int64_t rows, std::int64_t cols, const format::Format& format) {
    if (format.looksAtInput() && std::ssize(input.moment) != cols)
        throw Error(Kind::Input, format.name + " needs the mean square of each of the " + std::to_string(cols) +
                                     " inputs, and is told " + std::to_string(input.moment.size()));
    const std::int64_t told = input.sensitivities ? std::ssize(*input.sensitivities) : 0;
    if (format.needsSensitivities() && told != rows * cols)
        throw Error(Kind::Input, format.name + " needs the sensitivity of each of the " + std::to_string(rows * cols) +
                                     " weights, and is told " + std::to_string(told));
}

Packed packed(std::span<const float> weights, std::int64_t rows, std::int64_t cols,
              const format::Format& format, const kernels::Input& input) {
    assert(std::ssize(weights) == rows * cols);
    requireInput(input, rows, cols, format);
    const kernels::MatrixView view{weights.data(), rows, cols};
    const kernels::Moments moments = kernels::moments(view);
    Packed matrix;
    if (moments.notFinite > 0 && format.encoding.element == kernels::Element::Bf16) {
        matrix.codes = keptCodes(weights);
        return matrix;
    }
    if (moments.notFinite > 0)
        throw Error(Kind::Corrupt, std::to_string(moments.notFinite) +
                                       " weights are NaN or infinite and cannot be rounded to " +
                                       format.name + ": keep the matrix in bf16");
    matrix.global = kernels::globalScaleFor(format.encoding, static_cast<float>(moments.largest));
    matrix.codes.resize(static_cast<std::size_t>(rows * kernels::codeBytesPerRow(format.encoding, cols)));
    std::vector<std::byte> scales(
        static_cast<std::size_t>(kernels::scaleBytes(format.encoding, rows, cols)));
    kernels::quantizePack(view, format.encoding, matrix.global, matrix.codes, scales, input);
    if (format.encoding.zeroPoint)
        split(scales, widthsOf(format, cols), matrix);
    else
        matrix.scales = std::move(scales);
    return matrix;
}

std::vector<float> unpacked(const Packed& matrix, std::int64_t rows, std::int64_t cols,
                            const format::Format& format) {
    std::vector<float> weights(static_cast<std::size_t>(rows * cols));
    const std::vector<std::byte> both =
        format.encoding.zeroPoint ? joined(matrix, widthsOf(format, cols), rows) : std::vector<std::byte>();
    kernels::dequantize(format.encoding, rows, cols, matrix.global, matrix.codes,
                        format.encoding.zeroPoint ? both : matrix.scales, weights);
    return weights;
}

std::vector<float> rounded(std::span<const float> weights, std::int64_t rows, std::int64_t cols,
                           const format::Format& format, const kernels::Input& input) {
    return unpacked(packed(weights, rows, cols, format, input), rows, cols, format);
}

}  // namespace dq::exporting

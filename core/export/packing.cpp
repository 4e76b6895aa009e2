#include "core/export/packing.hpp"

#include <algorithm>
#include <atomic>

#include "core/base/large_vector.hpp"
#include "core/base/parallel.hpp"
#include "kernels/dequantize.hpp"
#include "kernels/gguf/gguf.hpp"
#include "kernels/moments.hpp"
#include "kernels/quantize_pack.hpp"
#include "kernels/slabs.hpp"

namespace dq::exporting {

namespace {

using checkpoint::TensorView;

/// Some rows of a matrix as floats, read where the thread that wants them is.
struct Slab {
    std::int64_t first = 0;
    kernels::MatrixView rows;
};

/// Calls body(slab) for all rows, as many at a time as the kernels give to a thread, so that they do not split them again.
template <class Body>
void bySlabs(const TensorView& matrix, Body body) {
    const kernels::MatrixView whole{nullptr, matrix.shape.at(0), matrix.shape.at(1)};
    const std::int64_t step = kernels::slabRows(whole.cols);
    parallelFor(kernels::slabCount(whole), [&](std::int64_t s) {
        const std::int64_t first = s * step, rows = std::min(step, whole.rows - first);
        // Kept by the thread: a fresh one for every slab costs more than reading into it.
        thread_local LargeVector<float> weights;
        weights.resize(static_cast<std::size_t>(rows * whole.cols));
        matrix.rowsTo(first, rows, weights);
        body(Slab{first, {weights.data(), rows, whole.cols}});
    });
}

/// Rows of such a format are rounded by themselves, given the global scale.
bool standAlone(const format::Format& format) {
    return !kernels::sharesScales(format.encoding) && !format.encoding.feedback && !format.needsSensitivities() && !format.encoding.zeroPoint;
}

std::span<std::byte> rowsOf(std::vector<std::byte>& all, const Slab& slab, std::int64_t perRow) {
    return std::span(all).subspan(static_cast<std::size_t>(slab.first * perRow), static_cast<std::size_t>(slab.rows.rows * perRow));
}

Packed packedWhole(const TensorView& matrix, const format::Format& format, const kernels::Input& input) {
    return packed(matrix.floats(), matrix.shape.at(0), matrix.shape.at(1), format, input);
}

}  // namespace

float largestIn(const TensorView& matrix) {
    if (matrix.transposed) return kernels::largestMagnitude({matrix.floats().data(), matrix.shape.at(0), matrix.shape.at(1)});
    std::vector<float> largest(static_cast<std::size_t>(matrix.shape.at(0)));
    bySlabs(matrix, [&](const Slab& slab) { largest[static_cast<std::size_t>(slab.first)] = kernels::largestMagnitude(slab.rows); });
    return largest.empty() ? 0.0f : *std::ranges::max_element(largest);
}

Packed packedMatrix(const TensorView& matrix, const format::Format& format, const kernels::Input& input) {
    const std::int64_t rows = matrix.shape.at(0), cols = matrix.shape.at(1);
    if (matrix.transposed || !standAlone(format)) return packedWhole(matrix, format, input);
    requireInput(input, rows, cols, format);
    const std::int64_t codeBytes = kernels::codeBytesPerRow(format.encoding, cols), scaleBytes = kernels::scaleBytesPerRow(format.encoding, cols);
    Packed result;
    result.global = format.encoding.globalScale ? kernels::globalScaleFor(format.encoding, largestIn(matrix)) : 1.0f;
    result.codes.resize(static_cast<std::size_t>(rows * codeBytes));
    result.scales.resize(static_cast<std::size_t>(rows * scaleBytes));
    std::atomic<bool> damaged = false;
    bySlabs(matrix, [&](const Slab& slab) {
        if (kernels::moments(slab.rows).notFinite > 0) damaged = true;
        if (!damaged)
            kernels::quantizePack(slab.rows, format.encoding, result.global, rowsOf(result.codes, slab, codeBytes),
                                  rowsOf(result.scales, slab, scaleBytes), input);
    });
    return damaged ? packedWhole(matrix, format, input) : result;  // which says how many, or keeps them
}

std::vector<std::byte> roundedBf16(const TensorView& matrix, const format::Format& format, const kernels::Input& input) {
    const std::int64_t rows = matrix.shape.at(0), cols = matrix.shape.at(1);
    const format::Format& plain = format::get("bf16");
    const Packed coarse = packedMatrix(matrix, format, input);
    if (!standAlone(format)) return packed(unpacked(coarse, rows, cols, format), rows, cols, plain).codes;
    const std::int64_t codeBytes = kernels::codeBytesPerRow(format.encoding, cols), scaleBytes = kernels::scaleBytesPerRow(format.encoding, cols);
    const kernels::MatrixView whole{nullptr, rows, cols};
    std::vector<std::byte> codes(static_cast<std::size_t>(rows * cols * 2));
    parallelFor(kernels::slabCount(whole), [&](std::int64_t s) {
        const std::int64_t some = std::min(kernels::slabRows(cols), rows - s * kernels::slabRows(cols));
        std::vector<float> weights(static_cast<std::size_t>(some * cols));
        kernels::dequantize(format.encoding, some, cols, coarse.global, kernels::rowsOf(std::span(coarse.codes), whole, s, codeBytes),
                            kernels::rowsOf(std::span(coarse.scales), whole, s, scaleBytes), weights);
        const std::vector<std::byte> part = packed(weights, some, cols, plain).codes;
        std::ranges::copy(part, kernels::rowsOf(std::span(codes), whole, s, cols * 2).begin());
    });
    return codes;
}

std::vector<std::byte> ggufBf16(const TensorView& matrix) {
    const std::int64_t rows = matrix.shape.at(0), cols = matrix.shape.at(1);
    std::vector<std::byte> bytes(static_cast<std::size_t>(rows * cols * 2));
    const auto put = [&](const Slab& slab) {
        const std::size_t count = static_cast<std::size_t>(slab.rows.rows * cols);
        kernels::gguf::quantizeRows(kernels::gguf::Type::Bf16, {slab.rows.data, count}, static_cast<std::size_t>(cols), nullptr,
                                    rowsOf(bytes, slab, cols * 2));
    };
    if (matrix.transposed) {
        const std::vector<float> weights = matrix.floats();
        put({0, {weights.data(), rows, cols}});
    } else {
        bySlabs(matrix, put);
    }
    return bytes;
}

}  // namespace dq::exporting

#include "kernels/gguf/rows_of.hpp"

#include <algorithm>

#include "core/base/parallel.hpp"
#include "kernels/gguf/gguf.hpp"
#include "kernels/importance.hpp"
#include "kernels/row_errors.hpp"
#include "kernels/slabs.hpp"

namespace dq::kernels::gguf {

namespace {

Type typeOf(const Encoding& encoding, std::int64_t cols) {
    return typeFor(static_cast<Type>(encoding.block), static_cast<std::size_t>(cols));
}

/// Enough rows that their blocks fill the vector unit, few enough that they stay in the cache.
constexpr std::int64_t rowsAtATime = 16;

const float* importanceIn(const Input& input, const Encoding& encoding) {
    if (encoding.scaling != Scaling::Weighted || !isKnown(input.moment.data(), input.moment.size())) return nullptr;
    return input.moment.data();
}

struct Buffers {
    std::vector<std::byte> bytes;
    std::vector<float> rounded;
};

}  // namespace

std::int64_t storedRowBytes(const Encoding& encoding, std::int64_t cols) {
    return static_cast<std::int64_t>(rowBytes(typeOf(encoding, cols), static_cast<std::size_t>(cols)));
}

void packRows(const MatrixView& weights, const Encoding& encoding, std::span<std::byte> codes, const Input& input) {
    const auto cols = static_cast<std::size_t>(weights.cols);
    quantizeRows(typeOf(encoding, weights.cols), {weights.data, static_cast<std::size_t>(weights.rows) * cols}, cols,
                 importanceIn(input, encoding), codes);
}

void unpackRows(const Encoding& encoding, std::int64_t cols, std::span<const std::byte> codes,
                std::span<float> weights) {
    if (cols == 0) return;
    const Type type = typeOf(encoding, cols);
    const auto width = static_cast<std::size_t>(cols);
    const std::size_t bytes = rowBytes(type, width);
    for (std::size_t i = 0; i < weights.size() / width; ++i)
        dequantizeRow(type, codes.subspan(i * bytes, bytes), weights.subspan(i * width, width));
}

std::vector<ErrorSums> blockErrors(const MatrixView& weights, std::span<const Encoding> palette,
                                   const float* fisher, const float* inputMoment) {
    std::vector<ErrorSums> sums(palette.size());
    if (weights.cols == 0 || palette.empty()) return sums;
    const auto cols = static_cast<std::size_t>(weights.cols);
    const Input input{inputMoment ? std::span(inputMoment, cols) : std::span<const float>()};
    std::vector<ErrorSums> rows(static_cast<std::size_t>(weights.rows) * palette.size());
    parallelFor((weights.rows + rowsAtATime - 1) / rowsAtATime, [&](std::int64_t part) {
        thread_local Buffers buffers;
        const std::int64_t first = part * rowsAtATime;
        const MatrixView slab{weights.row(first), std::min(rowsAtATime, weights.rows - first), weights.cols};
        buffers.rounded.resize(static_cast<std::size_t>(slab.rows) * cols);
        for (std::size_t f = 0; f < palette.size(); ++f) {
            buffers.bytes.resize(static_cast<std::size_t>(slab.rows * storedRowBytes(palette[f], weights.cols)));
            packRows(slab, palette[f], buffers.bytes, input);
            unpackRows(palette[f], weights.cols, buffers.bytes, buffers.rounded);
            for (std::int64_t i = 0; i < slab.rows; ++i)
                rows[static_cast<std::size_t>(first + i) * palette.size() + f] = rowErrors(
                    slab.row(i), std::span(buffers.rounded).subspan(static_cast<std::size_t>(i) * cols, cols),
                    fisher ? fisher + (first + i) * weights.cols : nullptr, inputMoment);
        }
    });
    for (std::size_t k = 0; k < rows.size(); ++k)
        sums[k % palette.size()].add(rows[k]);
    return sums;
}

}  // namespace dq::kernels::gguf

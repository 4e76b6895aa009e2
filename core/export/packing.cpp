#include "core/export/packing.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <mutex>

#include "core/base/error.hpp"
#include "core/base/large_vector.hpp"
#include "core/base/parallel.hpp"
#include "core/export/layout.hpp"
#include "kernels/cuda.hpp"
#include "kernels/gguf/gguf.hpp"
#include "kernels/quantize_pack.hpp"
#include "kernels/simd/widen_row.hpp"
#include "kernels/slabs.hpp"

namespace dq::exporting {

namespace {

using checkpoint::TensorView;

thread_local Device chosen = Device::Processor;

bool onDevice(const format::Format& format) {
    return chosen == Device::Cuda && !isPlain(format) && !kernels::cuda::leftToProcessor(format.encoding);
}

/// Some rows of a matrix as floats, read where the thread that wants them is.
struct Slab {
    std::int64_t first = 0;
    kernels::MatrixView rows;
    bool finite = true;

    std::span<const float> weights() const { return {rows.data, static_cast<std::size_t>(rows.rows * rows.cols)}; }
};

/// Branch-free, so that the compiler uses vectors.
bool finite(std::span<const float> weights) {
    std::uint32_t bad = 0;
    for (const float weight : weights) bad |= static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(weight) & 0x7f800000u) == 0x7f800000u);
    return bad == 0;
}

/// matrix.rowsTo(), and whether all of them are numbers.
bool readRows(const TensorView& matrix, std::int64_t first, std::int64_t rows, std::span<float> weights) {
    const bool reordered = matrix.placement != nullptr;
    if (matrix.dtype != DType::BF16 || matrix.transposed || (reordered && !matrix.placement->runs.empty())) {
        matrix.rowsTo(first, rows, weights);
        return finite(weights);
    }
    const auto cols = static_cast<std::size_t>(matrix.shape.at(1));
    if (!reordered) return kernels::simd::widenBf16(matrix.bytes.data() + static_cast<std::size_t>(first) * cols * 2, weights.size(), weights.data());
    bool good = true;
    for (std::int64_t i = 0; i < rows; ++i)
        good &= kernels::simd::widenBf16(matrix.placement->rows.at(static_cast<std::size_t>(first + i)), cols,
                                         weights.data() + static_cast<std::size_t>(i) * cols);
    return good;
}

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
        const bool good = readRows(matrix, first, rows, weights);
        body(Slab{first, {weights.data(), rows, whole.cols}, good});
    });
}

/// Rows of such a format are rounded by themselves, given the global scale.
bool standAlone(const format::Format& format) {
    return !kernels::sharesScales(format.encoding) && !format.encoding.feedback && !format.needsSensitivities() && !format.encoding.zeroPoint;
}

void takeWhole(const TensorView& matrix, const format::Format& format, const kernels::Input& input,
               const TakeRows& take) {
    const std::int64_t rows = matrix.shape.at(0);
    take({0, rows, packed(matrix.floats(), rows, matrix.shape.at(1), format, input)});
}

void takeFromDevice(const TensorView& matrix, const format::Format& format, const TakeRows& take) {
    const std::int64_t rows = matrix.shape.at(0), cols = matrix.shape.at(1);
    const std::vector<float> weights = matrix.floats();
    if (!finite(weights)) return takeWhole(matrix, format, {}, take);  // which refuses, and says how many there are
    const kernels::MatrixView view{weights.data(), rows, cols};
    Packed whole;
    whole.global = kernels::globalScaleFor(format.encoding, kernels::largestMagnitude(view));
    whole.codes.resize(static_cast<std::size_t>(rows * kernels::codeBytesPerRow(format.encoding, cols)));
    whole.scales.resize(static_cast<std::size_t>(kernels::scaleBytes(format.encoding, rows, cols)));
    kernels::cuda::quantizePack(view, format.encoding, whole.global, whole.codes, whole.scales);
    take({0, rows, whole});
}

/// The bytes of a whole matrix, made of its rows.
class Gathered {
public:
    Gathered(std::vector<std::byte>& bytes, std::int64_t rows) : bytes_(bytes), rows_(rows) {}
    void add(const PackedRows& from, std::span<const std::byte> part) {
        std::call_once(sized_, [&] { bytes_.resize(part.size() / static_cast<std::size_t>(from.count) * static_cast<std::size_t>(rows_)); });
        std::ranges::copy(part, bytes_.begin() + static_cast<std::ptrdiff_t>(part.size()) / from.count * from.first);
    }

private:
    std::vector<std::byte>& bytes_;
    std::int64_t rows_;
    std::once_flag sized_;
};

}  // namespace

PackingOn::PackingOn(Device device) : before_(chosen) {
    if (device == Device::Cuda && !kernels::cudaAvailable())
        throw Error(Kind::Unavailable, "nothing was packed: this machine has no CUDA device, or this build no CUDA kernels (-DDQ_CUDA=ON)");
    chosen = device;
}

PackingOn::~PackingOn() {
    chosen = before_;
}

float largestIn(const TensorView& matrix) {
    if (matrix.transposed) return kernels::largestMagnitude({matrix.floats().data(), matrix.shape.at(0), matrix.shape.at(1)});
    std::vector<float> largest(static_cast<std::size_t>(matrix.shape.at(0)));
    if (matrix.dtype == DType::BF16 && !matrix.placement) {
        const std::size_t row = static_cast<std::size_t>(matrix.shape.at(1)) * 2;
        parallelFor(matrix.shape.at(0), [&](std::int64_t i) {
            largest[static_cast<std::size_t>(i)] = kernels::simd::largestBf16(matrix.bytes.data() + static_cast<std::size_t>(i) * row, row / 2);
        });
    } else {
        bySlabs(matrix, [&](const Slab& slab) { largest[static_cast<std::size_t>(slab.first)] = kernels::largestMagnitude(slab.rows); });
    }
    return largest.empty() ? 0.0f : *std::ranges::max_element(largest);
}

void packRows(const TensorView& matrix, const format::Format& format, const kernels::Input& input,
              const TakeRows& take) {
    const std::int64_t rows = matrix.shape.at(0), cols = matrix.shape.at(1);
    if (onDevice(format)) return takeFromDevice(matrix, format, take);
    if (matrix.transposed || !standAlone(format)) return takeWhole(matrix, format, input, take);
    requireInput(input, rows, cols, format);
    const std::int64_t codeBytes = kernels::codeBytesPerRow(format.encoding, cols), scaleBytes = kernels::scaleBytesPerRow(format.encoding, cols);
    const float global = format.encoding.globalScale ? kernels::globalScaleFor(format.encoding, largestIn(matrix)) : 1.0f;
    std::atomic<bool> damaged = false;
    bySlabs(matrix, [&](const Slab& slab) {
        thread_local Packed part;
        if (damaged) return;
        if (!slab.finite) {
            damaged = !isPlain(format);
            if (!damaged) take({slab.first, slab.rows.rows, packed(slab.weights(), slab.rows.rows, cols, format)});
            return;
        }
        part.global = global;
        part.codes.resize(static_cast<std::size_t>(slab.rows.rows * codeBytes));
        part.scales.resize(static_cast<std::size_t>(slab.rows.rows * scaleBytes));
        kernels::quantizePack(slab.rows, format.encoding, global, part.codes, part.scales, input);
        take({slab.first, slab.rows.rows, part});
    });
    if (damaged) takeWhole(matrix, format, input, take);  // which refuses, and says how many there are
}

Packed gathered(std::int64_t rows, const std::function<void(const TakeRows&)>& pack) {
    Packed result;
    Gathered codes(result.codes, rows), scales(result.scales, rows);
    pack([&](const PackedRows& some) {
        if (some.count == rows) {
            result = some.matrix;
            return;
        }
        codes.add(some, some.matrix.codes);
        scales.add(some, some.matrix.scales);
        if (some.first == 0) result.global = some.matrix.global;
    });
    return result;
}

Packed packedMatrix(const TensorView& matrix, const format::Format& format, const kernels::Input& input) {
    return gathered(matrix.shape.at(0), [&](const TakeRows& take) { packRows(matrix, format, input, take); });
}

void bf16Rows(const TensorView& matrix, const format::Format& format, const kernels::Input& input, const TakeBytes& take) {
    const format::Format& plain = format::get("bf16");
    const std::int64_t cols = matrix.shape.at(1);
    packRows(matrix, format, input, [&](const PackedRows& rows) {
        if (isPlain(format)) return take(rows.first, rows.matrix.codes);
        take(rows.first, packed(unpacked(rows.matrix, rows.count, cols, format), rows.count, cols, plain).codes);
    });
}

void ggufBf16Rows(const TensorView& matrix, const TakeBytes& take) {
    const std::int64_t cols = matrix.shape.at(1);
    const auto put = [&](const Slab& slab) {
        thread_local std::vector<std::byte> bytes;
        bytes.resize(static_cast<std::size_t>(slab.rows.rows * cols * 2));
        kernels::gguf::quantizeRows(kernels::gguf::Type::Bf16, slab.weights(), static_cast<std::size_t>(cols), nullptr, bytes);
        take(slab.first, bytes);
    };
    if (!matrix.transposed) return bySlabs(matrix, put);
    const std::vector<float> weights = matrix.floats();
    put({0, {weights.data(), matrix.shape.at(0), cols}});
}

}  // namespace dq::exporting

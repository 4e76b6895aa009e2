#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "core/format/format.hpp"
#include "kernels/dequantize.hpp"
#include "kernels/quantize_pack.hpp"

namespace dq::test {

/// A matrix that owns its numbers.
struct Matrix {
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    std::vector<float> numbers;

    Matrix(std::int64_t r, std::int64_t c) : rows(r), cols(c), numbers(static_cast<std::size_t>(r * c)) {}
    kernels::MatrixView view() const { return {numbers.data(), rows, cols}; }
};

inline const kernels::Encoding& encodingOf(const char* name) {
    return format::get(name).encoding;
}

/// Bell-shaped weights of the size language models have, an outlier now and then.
inline Matrix randomMatrix(std::int64_t rows, std::int64_t cols, std::uint32_t seed) {
    Matrix matrix(rows, cols);
    std::mt19937 generator(seed);
    std::normal_distribution<float> bell(0.0f, 0.02f);
    for (float& number : matrix.numbers)
        number = bell(generator) * (generator() % 97 == 0 ? 20.0f : 1.0f);
    return matrix;
}

/// Positive numbers over several orders of magnitude, as Fisher entries are.
inline std::vector<float> randomWeights(std::size_t count, std::uint32_t seed) {
    std::vector<float> numbers(count);
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> exponent(-8.0f, 0.0f);
    for (float& number : numbers)
        number = std::pow(10.0f, exponent(generator));
    return numbers;
}

struct Packed {
    std::vector<std::byte> codes;
    std::vector<std::byte> scales;
    float globalScale = 1;
    bool operator==(const Packed&) const = default;
};

inline Packed emptyPacked(const kernels::Encoding& encoding, std::int64_t rows, std::int64_t cols) {
    Packed packed;
    packed.codes.resize(static_cast<std::size_t>(rows * kernels::codeBytesPerRow(encoding, cols)));
    packed.scales.resize(static_cast<std::size_t>(kernels::scaleBytes(encoding, rows, cols)));
    return packed;
}

inline Packed packedOf(const Matrix& matrix, const kernels::Encoding& encoding, const kernels::Input& input = {}) {
    Packed packed = emptyPacked(encoding, matrix.rows, matrix.cols);
    packed.globalScale = kernels::globalScaleFor(encoding, kernels::largestMagnitude(matrix.view()));
    kernels::quantizePack(matrix.view(), encoding, packed.globalScale, packed.codes, packed.scales, input);
    return packed;
}

inline Matrix unpackedOf(const Packed& packed, const kernels::Encoding& encoding, std::int64_t rows,
                         std::int64_t cols) {
    Matrix matrix(rows, cols);
    kernels::dequantize(encoding, rows, cols, packed.globalScale, packed.codes, packed.scales,
                        matrix.numbers);
    return matrix;
}

inline Matrix roundTrip(const Matrix& matrix, const kernels::Encoding& encoding) {
    return unpackedOf(packedOf(matrix, encoding), encoding, matrix.rows, matrix.cols);
}

/// With sanitizers the searched formats' reference takes minutes on a large matrix; the small ones walk the same code.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool largeShapes = false;
#else
inline constexpr bool largeShapes = true;
#endif

/// Shapes on both sides of every group, lane and slab, and the 172 columns of stories260K.
inline std::vector<std::pair<std::int64_t, std::int64_t>> shapes() {
    std::vector<std::pair<std::int64_t, std::int64_t>> all{{0, 0}, {0, 5}, {5, 0}, {3, 172}};
    if (largeShapes) all.insert(all.end(), {{67, 1000}, {1, 70000}});
    for (const std::int64_t cols :
         {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257})
        all.emplace_back(3, cols);
    return all;
}

}  // namespace dq::test

#pragma once

#include "tests/kernels/matrices.hpp"

namespace dq::test {

/// The rows of tests/fixtures/kernels/make_golden.py, as wide as asked for: outliers, a row that begins with zeros, a
/// row of very small numbers.
inline Matrix goldenMatrix(std::size_t cols, std::int64_t rows = 6) {
    Matrix matrix(rows, static_cast<std::int64_t>(cols));
    std::uint64_t state = 12345;
    for (std::size_t i = 0; i < matrix.numbers.size(); ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        float& number = matrix.numbers[i];
        number = static_cast<float>(static_cast<std::int64_t>(state >> 40) - (1 << 23)) * 0x1p-27f;
        if (i % 101 == 0) number *= 16;
        if (i / cols == 3 && i % cols < 64) number = 0;
        if (i / cols == 4) number *= 0x1p-20f;
    }
    return matrix;
}

}  // namespace dq::test

#include "core/format/format.hpp"

#include "core/base/error.hpp"

namespace dq::format {

namespace {

/// Eight bytes a weight are more than any format takes, row padding included: where they fit 63 bits, nothing
/// below overflows, not even one row of a matrix without rows.
void requirePossible(const Format& format, std::int64_t rows, std::int64_t cols) {
    const std::string what =
        "a matrix [" + std::to_string(rows) + ", " + std::to_string(cols) + "] in " + format.name;
    checkedProduct(checkedProduct(rows, cols, what), 64, what);
    checkedProduct(cols, 64, what);
}

}  // namespace

Bytes Format::codeBytes(std::int64_t rows, std::int64_t cols) const {
    requirePossible(*this, rows, cols);
    return rows * kernels::codeBytesPerRow(encoding, cols);
}

Bytes Format::scaleBytes(std::int64_t rows, std::int64_t cols) const {
    requirePossible(*this, rows, cols);
    return rows * kernels::scaleBytesPerRow(encoding, cols);
}

Bytes Format::bytes(std::int64_t rows, std::int64_t cols) const {
    constexpr Bytes globalScaleBytes = 4;
    return codeBytes(rows, cols) + scaleBytes(rows, cols) + (encoding.globalScale ? globalScaleBytes : 0);
}

}  // namespace dq::format

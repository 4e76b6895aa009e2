#include "core/format/format.hpp"

#include "core/base/error.hpp"

namespace dq::format {

namespace {

/// Both sides and the bits of one row, so that nothing below can overflow. Scales are never more than codes' bits.
void requirePossible(const Format& format, std::int64_t rows, std::int64_t cols) {
    const std::string what = "a matrix [" + std::to_string(rows) + ", " + std::to_string(cols) + "] in " + format.name;
    constexpr std::int64_t mostBitsOfOneWeight = 64;  // code, scale of a group of one, rounding up: generously
    checkedProduct(checkedProduct(rows, cols, what), mostBitsOfOneWeight, what);
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

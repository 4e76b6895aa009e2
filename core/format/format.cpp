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
    return kernels::scaleBytes(encoding, rows, cols);
}

Bytes Format::bytes(std::int64_t rows, std::int64_t cols) const {
    constexpr Bytes globalScaleBytes = 4;
    return codeBytes(rows, cols) + scaleBytes(rows, cols) + (encoding.globalScale ? globalScaleBytes : 0);
}

std::vector<std::string> Format::loaders() const {
    using kernels::Element;
    using kernels::ScaleType;
    const Element element = encoding.element;
    std::vector<std::string> all{"native"};
    // compressed-tensors has no name for E3M2 and E5M2; one FP8 scale a tensor, which it could hold, core/export does not write.
    const bool packed = element == Element::Int && encoding.bits <= 8;
    const bool float4 = element == Element::E2M1 && encoding.globalScale;
    const bool float8 = element == Element::E4M3 && (encoding.scale == ScaleType::F32 || encoding.scale == ScaleType::Bf16);
    const bool mx = (element == Element::E2M1 || element == Element::E2M3 || element == Element::E4M3) &&
                    encoding.scale == ScaleType::E8M0;
    if (packed || float4 || float8 || mx || element == Element::Bf16) all.emplace_back("compressed-tensors");
    const bool table = element == Element::Nf4 || element == Element::Fp4;
    if ((table && encoding.group >= 64) || element == Element::Bf16) all.emplace_back("bitsandbytes");
    if (element == Element::Bf16 || element == Element::Block) all.emplace_back("gguf");
    return all;
}

}  // namespace dq::format

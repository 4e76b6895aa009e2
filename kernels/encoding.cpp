#include "kernels/encoding.hpp"

#include "kernels/gguf/rows_of.hpp"
#include "kernels/matrix_scales.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels {

std::int64_t groupsPerRow(const Encoding& encoding, std::int64_t cols) {
    if (encoding.scale == ScaleType::None || cols == 0) return 0;
    return encoding.group == 0 ? 1 : (cols + encoding.group - 1) / encoding.group;
}

std::int64_t codeBytesPerRow(const Encoding& encoding, std::int64_t cols) {
    if (encoding.element == Element::Block) return gguf::storedRowBytes(encoding, cols);
    return (cols * encoding.bits + 7) / 8;
}

std::int64_t zeroBytesPerRow(const Encoding& encoding, std::int64_t cols) {
    return encoding.zeroPoint ? (groupsPerRow(encoding, cols) * encoding.bits + 7) / 8 : 0;
}

std::int64_t scaleBytesPerRow(const Encoding& encoding, std::int64_t cols) {
    if (sharesScales(encoding)) return 0;
    return groupsPerRow(encoding, cols) * static_cast<std::int64_t>(scaleSize(encoding.scale)) +
           zeroBytesPerRow(encoding, cols);
}

std::int64_t scaleBytes(const Encoding& encoding, std::int64_t rows, std::int64_t cols) {
    return sharesScales(encoding) ? sharedScaleBytes(encoding, rows, cols) : rows * scaleBytesPerRow(encoding, cols);
}

float largestCode(const Encoding& encoding) {
    switch (encoding.element) {
        case Element::Int:
            return static_cast<float>((1 << (encoding.bits - (encoding.zeroPoint ? 0 : 1))) - 1);
        case Element::E4M3:
            return 448.0f;
        case Element::E2M1:
            return 6.0f;
        case Element::E5M2:
            return 57344.0f;
        case Element::E2M3:
            return 7.5f;
        case Element::E3M2:
            return 28.0f;
        case Element::Bf16:
        case Element::Nf4:
        case Element::Fp4:
        case Element::Block:
            return 1.0f;
    }
    return 1.0f;
}

}  // namespace dq::kernels

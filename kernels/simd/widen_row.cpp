#include "kernels/simd/widen_row.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/widen_row.cpp"
#include "kernels/simd/highway.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

namespace {

constexpr std::uint16_t infinity = 0x7f80;

bool widenOneByOne(const std::byte* from, std::size_t count, float* to) {
    std::uint16_t largest = 0;
    for (std::size_t j = 0; j < count; ++j) {
        std::uint16_t word = 0;
        std::memcpy(&word, from + 2 * j, sizeof word);
        const auto magnitude = static_cast<std::uint16_t>(word & 0x7fff);
        largest = magnitude > largest ? magnitude : largest;
        to[j] = std::bit_cast<float>(static_cast<std::uint32_t>(word) << 16);
    }
    return largest < infinity;
}

}  // namespace

bool widenBf16On(const std::byte* from, std::size_t count, float* to) {
#if HWY_TARGET == HWY_SCALAR
    return widenOneByOne(from, count, to);
#else
    namespace hn = hwy::HWY_NAMESPACE;
    const hn::CappedTag<std::uint32_t, 16> wide;
    const hn::Rebind<std::uint16_t, decltype(wide)> narrow;
    const hn::Repartition<std::uint8_t, decltype(narrow)> bytes;
    const hn::RebindToFloat<decltype(wide)> floats;
    const std::size_t width = hn::MaxLanes(wide);
    auto largest = hn::Zero(narrow);
    std::size_t j = 0;
    for (; j + width <= count; j += width) {
        const auto words = hn::BitCast(narrow, hn::LoadU(bytes, reinterpret_cast<const std::uint8_t*>(from) + 2 * j));
        largest = hn::Max(largest, hn::And(words, hn::Set(narrow, std::uint16_t{0x7fff})));
        hn::StoreU(hn::BitCast(floats, hn::ShiftLeft<16>(hn::PromoteTo(wide, words))), floats, to + j);
    }
    const bool rest = widenOneByOne(from + 2 * j, count - j, to + j);
    return rest && hn::AllTrue(narrow, hn::Lt(largest, hn::Set(narrow, infinity)));
#endif
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::simd {

HWY_EXPORT(widenBf16On);

bool widenBf16(const std::byte* from, std::size_t count, float* to) {
    return HWY_DYNAMIC_DISPATCH(widenBf16On)(from, count, to);
}

}  // namespace dq::kernels::simd
#endif

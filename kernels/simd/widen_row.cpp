#include "kernels/simd/widen_row.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/widen_row.cpp"
#include "kernels/simd/highway.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

namespace {

constexpr std::uint16_t infinity = 0x7f80, magnitude = 0x7fff;

std::uint16_t wordAt(const std::byte* from, std::size_t j) {
    std::uint16_t word = 0;
    std::memcpy(&word, from + 2 * j, sizeof word);
    return word;
}

float floatOf(std::uint16_t word) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(word) << 16);
}

#if HWY_TARGET != HWY_SCALAR
namespace hn = hwy::HWY_NAMESPACE;

template <class Words>
hn::Vec<Words> wordsAt(Words words, const std::byte* from, std::size_t j) {
    const hn::Repartition<std::uint8_t, Words> bytes;
    return hn::BitCast(words, hn::LoadU(bytes, reinterpret_cast<const std::uint8_t*>(from) + 2 * j));
}
#endif

}  // namespace

/// Magnitudes order like their bits.
bool widenBf16On(const std::byte* from, std::size_t count, float* to) {
    std::uint16_t most = 0;
    std::size_t j = 0;
#if HWY_TARGET != HWY_SCALAR
    const hn::CappedTag<std::uint32_t, 16> wide;
    const hn::Rebind<std::uint16_t, decltype(wide)> narrow;
    const hn::RebindToFloat<decltype(wide)> floats;
    auto largest = hn::Zero(narrow);
    for (const std::size_t width = hn::MaxLanes(wide); j + width <= count; j += width) {
        const auto words = wordsAt(narrow, from, j);
        largest = hn::Max(largest, hn::And(words, hn::Set(narrow, magnitude)));
        hn::StoreU(hn::BitCast(floats, hn::ShiftLeft<16>(hn::PromoteTo(wide, words))), floats, to + j);
    }
    if (!hn::AllTrue(narrow, hn::Lt(largest, hn::Set(narrow, infinity)))) most = infinity;
#endif
    for (; j < count; ++j) {
        most = std::max(most, static_cast<std::uint16_t>(wordAt(from, j) & magnitude));
        to[j] = floatOf(wordAt(from, j));
    }
    return most < infinity;
}

float largestBf16On(const std::byte* from, std::size_t count) {
    std::uint16_t most = 0;
    std::size_t j = 0;
#if HWY_TARGET != HWY_SCALAR
    const hn::CappedTag<std::uint16_t, 32> words;
    auto largest = hn::Zero(words);
    for (const std::size_t width = hn::MaxLanes(words); j + width <= count; j += width)
        largest = hn::Max(largest, hn::And(wordsAt(words, from, j), hn::Set(words, magnitude)));
    HWY_ALIGN std::uint16_t each[hn::MaxLanes(words)];
    hn::Store(largest, words, each);
    most = *std::max_element(each, each + hn::MaxLanes(words));
#endif
    for (; j < count; ++j) most = std::max(most, static_cast<std::uint16_t>(wordAt(from, j) & magnitude));
    return floatOf(most);
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::simd {

HWY_EXPORT(widenBf16On);
HWY_EXPORT(largestBf16On);

bool widenBf16(const std::byte* from, std::size_t count, float* to) {
    return HWY_DYNAMIC_DISPATCH(widenBf16On)(from, count, to);
}

float largestBf16(const std::byte* from, std::size_t count) {
    return HWY_DYNAMIC_DISPATCH(largestBf16On)(from, count);
}

}  // namespace dq::kernels::simd
#endif

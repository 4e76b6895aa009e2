#include "kernels/simd/quantize_row.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/quantize_row.cpp"
#include "kernels/simd/highway.hpp"

#include "kernels/bit_pack.hpp"
#include "kernels/codes.hpp"
#include "kernels/quantize_pack.hpp"
#include "kernels/scale.hpp"
#if HWY_TARGET != HWY_SCALAR
#include "kernels/simd/encode-inl.hpp"
#include "kernels/simd/groups-inl.hpp"
#endif

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

namespace {


#if HWY_TARGET == HWY_SCALAR
void quantize(std::span<const float> row, const Encoding& encoding, float globalScale, GivenScales given,
              const RowImportance& importance, std::span<std::byte> codes, std::span<std::byte> scales) {
    std::vector<float> numbers;
    reference::quantizeRow(row, encoding, globalScale, given, codes, scales, importance.of(encoding, numbers));
}
void scaleCodes(std::span<const std::uint8_t> codes, int bits, float scale, float* weights) {
    for (std::size_t j = 0; j < codes.size(); ++j)
        weights[j] = codes::fromInt(codes[j], bits) * scale;
}
#else

/// One code a byte for `columns` weights, a multiple of 64. `step` columns share a divisor.
template <class Encode>
HWY_NOINLINE void encodeSegment(const float* weights, std::size_t columns, const Encode& encode, const Groups& groups,
                                bool hasZero, std::size_t step, std::uint8_t* codes) {
    const hn::Rebind<std::uint8_t, Floats> bytes;
    for (std::size_t begin = 0; begin < columns; begin += step) {
        const Vec divisor = all(groups.by[begin / step]), zero = all(groups.zero[begin / step]);
        for (std::size_t j = begin; j < begin + step; j += width) {
            Vec scaled = hn::Div(hn::Load(Floats(), weights + j), divisor);
            if (hasZero) scaled = hn::Add(scaled, zero);
            const Codes found = encode(scaled);
            const hn::RebindToSigned<Floats> integers;
            hn::StoreU(hn::DemoteTo(bytes, hn::BitCast(integers, found)), bytes, codes + j);
        }
    }
}

void encodeAny(const Encoding& encoding, const float* weights, std::size_t columns, const Groups& groups,
               std::size_t step, std::uint8_t* codes) {
    const float most = largestCode(encoding);
    const auto with = [&](const auto& encode) {
        encodeSegment(weights, columns, encode, groups, encoding.zeroPoint, step, codes);
    };
    switch (encoding.element) {
        case Element::Int:
            return with(IntCode{encoding.zeroPoint ? 0.0f : -most - 1.0f, most, (1u << encoding.bits) - 1});
        case Element::E4M3:
            return with(E4M3Code());
        case Element::E2M1:
            return with(E2M1Code());
        case Element::Nf4:
            return with(Nf4Code());
        case Element::E5M2:
            return with(MicroCode<2, -14, 8>{most});
        case Element::E2M3:
            return with(MicroCode<3, 0, 6>{most});
        case Element::E3M2:
            return with(MicroCode<2, -2, 6>{most});
        case Element::Bf16:
        case Element::Fp4:
        case Element::Block:
            break;
    }
}

void quantizeBf16(std::span<const float> row, std::byte* codes) {
    std::size_t j = 0;
    alignas(64) std::uint32_t found[width];
    for (; j + width <= row.size(); j += width) {
        hn::Store(bf16Code(hn::LoadU(Floats(), row.data() + j)), Words(), found);
        for (std::size_t i = 0; i < width; ++i) {
            const auto code = static_cast<std::uint16_t>(found[i]);
            std::memcpy(codes + 2 * (j + i), &code, 2);
        }
    }
    for (; j < row.size(); ++j) {
        const auto code = static_cast<std::uint16_t>(rounding::bitsOf(rounding::toBf16(row[j])) >> 16);
        std::memcpy(codes + 2 * j, &code, 2);
    }
}

struct Scratch {
    Row row;
    Across across;
    Groups groups;
    Sensitivities sensitivities;
    std::vector<float> numbers;
    std::vector<std::uint8_t> codes, zeros;
};

/// What is known of the groups from column `begin` on; `whole` has room for 16.
Extents extentsAt(const Row& row, const Encoding& encoding, std::size_t begin, float* whole) {
    if (encoding.group == 0) {
        std::fill_n(whole, 16, row.largest());
        return {whole, whole};
    }
    const std::size_t level = levelOf(encoding.group), first = begin / static_cast<std::size_t>(encoding.group);
    if (encoding.zeroPoint) return {row.sizes(level) + first, row.lows(level) + first};
    return {row.maxima(level) + first, row.maxima(level) + first};
}

template <class Word>
void storeLow(const std::uint32_t* bits, std::size_t count, std::byte* to) {
    for (std::size_t g = 0; g < count; ++g) {
        const auto word = static_cast<Word>(bits[g]);
        std::memcpy(to + g * sizeof(Word), &word, sizeof(Word));
    }
}

/// Stores the scales of groups `first` and after, keeps their zero points.
void storeGroups(const Encoding& encoding, std::size_t first, std::size_t count, Scratch& scratch,
                 std::span<std::byte> scales) {
    alignas(64) std::uint32_t bits[mostGroups + 16];
    for (std::size_t g = 0; g < count; g += width)
        hn::Store(scaleBits(encoding.scale, hn::Load(Floats(), scratch.groups.scale + g)), Words(), bits + g);
    const std::size_t size = scaleSize(encoding.scale);
    std::byte* const to = scales.data() + first * size;
    if (size == 1) storeLow<std::uint8_t>(bits, count, to);
    if (size == 2) storeLow<std::uint16_t>(bits, count, to);
    if (size == 4) storeLow<std::uint32_t>(bits, count, to);
    if (encoding.zeroPoint)
        for (std::size_t g = 0; g < count; ++g)
            scratch.zeros.push_back(static_cast<std::uint8_t>(scratch.groups.zero[g]));
}

void quantize(std::span<const float> row, const Encoding& encoding, float globalScale, GivenScales given,
              const RowImportance& importance, std::span<std::byte> codes, std::span<std::byte> scales) {
    if (encoding.element == Element::Bf16) return quantizeBf16(row, codes.data());
    thread_local Scratch scratch;
    const auto byReference = [&] {
        reference::quantizeRow(row, encoding, globalScale, given, codes, scales, importance.of(encoding, scratch.numbers));
    };
    if (!hasLoop(encoding) || encoding.bits > 8) return byReference();
    Row& ready = scratch.row;
    ready.setWeights(row.data(), row.size());
    if (weightUnitFor(ready.largest()) != 1) return byReference();
    scratch.sensitivities.forget();
    if (encoding.scaling == Scaling::Fisher && !importance.sensitivities.empty()) scratch.sensitivities.set(importance.sensitivities);
    if (encoding.zeroPoint) ready.setRanges();
    if (!encoding.zeroPoint && !given.divisors && encoding.group > 0) ready.setMaximaOf(levelOf(encoding.group));
    scratch.codes.resize(ready.columns() + segmentColumns);
    scratch.zeros.clear();
    const std::size_t group = encoding.group > 0 ? static_cast<std::size_t>(encoding.group) : 0;
    for (std::size_t begin = 0; begin < row.size(); begin += segmentColumns) {
        const std::size_t columns = HWY_MIN(segmentColumns, ready.columns() - begin);
        float whole[16];
        scratch.across.nextSegment(ready.weights() + begin);
        scratch.sensitivities.setSegment(begin);
        if (given.divisors)
            setGiven(encoding, given, begin, columns, scratch.groups);
        else
            setGroups(encoding, globalScale, By::Divisor, extentsAt(ready, encoding, begin, whole), columns,
                      {scratch.across, importance.columns, scratch.sensitivities, begin}, scratch.groups);
        encodeAny(encoding, ready.weights() + begin, columns, scratch.groups, group ? group : columns,
                  scratch.codes.data() + begin);
        const std::size_t real = HWY_MIN(columns, row.size() - begin);
        if (given.divisors) continue;
        if (group)
            storeGroups(encoding, begin / group, (real + group - 1) / group, scratch, scales);
        else if (begin == 0)
            storeGroups(encoding, 0, 1, scratch, scales);
    }
    packBytes({scratch.codes.data(), row.size()}, encoding.bits, codes.data());
    if (encoding.zeroPoint)
        packBytes(scratch.zeros, encoding.bits,
                  scales.data() + static_cast<std::size_t>(groupsPerRow(encoding, std::ssize(row))) * scaleSize(encoding.scale));
}

void scaleCodes(std::span<const std::uint8_t> codes, int bits, float scale, float* weights) {
    const hn::Rebind<std::uint8_t, Floats> bytes;
    const hn::RebindToSigned<Floats> integers;
    const auto signBit = hn::Set(integers, 1 << (bits - 1));
    std::size_t j = 0;
    for (; j + width <= codes.size(); j += width) {
        const auto code = hn::PromoteTo(integers, hn::LoadU(bytes, codes.data() + j));
        const auto number = hn::Sub(hn::Xor(code, signBit), signBit);
        hn::StoreU(hn::Mul(hn::ConvertTo(Floats(), number), all(scale)), Floats(), weights + j);
    }
    for (; j < codes.size(); ++j)
        weights[j] = codes::fromInt(codes[j], bits) * scale;
}

#endif

}  // namespace

void quantizeRowOn(std::span<const float> row, const Encoding& encoding, float globalScale, GivenScales given,
                   const RowImportance& importance, std::span<std::byte> codes, std::span<std::byte> scales) {
    quantize(row, encoding, globalScale, given, importance, codes, scales);
}

void scaleIntsOn(std::span<const std::uint8_t> codes, int bits, float scale, float* weights) {
    scaleCodes(codes, bits, scale, weights);
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::simd {

HWY_EXPORT(quantizeRowOn);
HWY_EXPORT(scaleIntsOn);

void quantizeRow(std::span<const float> row, const Encoding& encoding, float globalScale, GivenScales given,
                 const RowImportance& importance, std::span<std::byte> codes, std::span<std::byte> scales) {
    HWY_DYNAMIC_DISPATCH(quantizeRowOn)(row, encoding, globalScale, given, importance, codes, scales);
}

void scaleInts(std::span<const std::uint8_t> codes, int bits, float scale, float* weights) {
    HWY_DYNAMIC_DISPATCH(scaleIntsOn)(codes, bits, scale, weights);
}

}  // namespace dq::kernels::simd
#endif

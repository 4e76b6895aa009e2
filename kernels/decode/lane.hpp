#pragma once

#include <cmath>
#include <cstring>

#include "kernels/codes.hpp"
#include "kernels/decode/brick.hpp"

#ifdef __CUDA_ARCH__
#define DQ_UNROLL _Pragma("unroll")
#else
#define DQ_UNROLL
#endif

/// What one lane of a warp does with the bytes of a brick. The same functions run in the CUDA kernels and, lane after lane, in
/// kernels/decode/emulate.cpp; only single instructions are written twice.
namespace dq::kernels::decoding {

/// Two BF16 numbers in a register, the first in the low half.
using Pair = std::uint32_t;

struct alignas(16) Words4 {
    std::uint32_t at[4];
};
static_assert(sizeof(Words4) == loadBytes);

DQ_ANYWHERE inline Words4 load16(const std::uint8_t* from) {
#ifdef __CUDA_ARCH__
    return *reinterpret_cast<const Words4*>(from);
#else
    Words4 words;
    std::memcpy(&words, from, sizeof(words));
    return words;
#endif
}
/// Little-endian bytes at a multiple of their number.
template <class T>
DQ_ANYWHERE inline T loadOf(const std::uint8_t* from) {
#ifdef __CUDA_ARCH__
    return *reinterpret_cast<const T*>(from);
#else
    T one;
    std::memcpy(&one, from, sizeof(T));
    return one;
#endif
}

/// a * b + c in each half, rounded to BF16 once. Every use here is exact.
DQ_ANYWHERE inline Pair fused(Pair a, Pair b, Pair c) {
#ifdef __CUDA_ARCH__
    Pair result;
    asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(result) : "r"(a), "r"(b), "r"(c));
    return result;
#else
    const auto half = [](Pair x, Pair y, Pair z, int shift) {
        const auto of = [shift](Pair pair) { return rounding::floatOf(pair >> shift << 16); };
        return rounding::bitsOf(rounding::toBf16(of(x) * of(y) + of(z))) >> 16;
    };
    return half(a, b, c, 0) | half(a, b, c, 16) << 16;
#endif
}

DQ_ANYWHERE constexpr Pair both(std::uint32_t half) {
    return half | half << 16;
}
inline constexpr Pair ones = 0x3f803f80u, minusOnes = 0xbf80bf80u, minusZeros = 0x80008000u, hundredTwentyEights = 0x43004300u;

DQ_ANYWHERE inline float ofHalf(std::uint32_t bits) {
#ifdef __CUDA_ARCH__
    float value;
    asm("{ .reg .b16 half; cvt.u16.u32 half, %1; cvt.f32.f16 %0, half; }" : "=f"(value) : "r"(bits));
    return value;
#else
    return codes::fromHalf(bits);
#endif
}
/// The magnitude's bits stand in a float's own places; its exponent is too small by a constant. 0x7f counts 480.
DQ_ANYWHERE inline float ofE4M3(std::uint32_t code) {
    return rounding::floatOf((code & 0x80u) << 24 | (code & 0x7fu) << 20) * 0x1p120f;
}
DQ_ANYWHERE inline float ofE8M0(std::uint32_t code) {
    return rounding::floatOf(code == 0 ? 0x00400000u : code << 23);
}

DQ_ANYWHERE inline float scaleFrom(ScaleType type, const std::uint8_t* at) {
    switch (type) {
        case ScaleType::F16:
            return ofHalf(loadOf<std::uint16_t>(at));
        case ScaleType::Bf16:
            return rounding::floatOf(std::uint32_t{loadOf<std::uint16_t>(at)} << 16);
        case ScaleType::F32:
            return rounding::floatOf(loadOf<std::uint32_t>(at));
        case ScaleType::E4M3:
            return ofE4M3(*at);
        case ScaleType::E8M0:
            return ofE8M0(*at);
        default:
            return 1.0f;
    }
}

/// What a group's sum is multiplied with in a lane's two rows, and for Q4_K what is taken away of its inputs' sum.
struct GroupScales {
    float scale[2] = {1, 1}, minimum[2] = {0, 0};
};

template <Coding coding>
DQ_ANYWHERE inline GroupScales scalesOf(const Layout& layout, const std::uint8_t* brick, int group, int lane) {
    GroupScales found;
    DQ_UNROLL
    for (int h = 0; h < 2; ++h) {
        const int slot = lane / 4 * 2 + h;
        const std::uint8_t* const first = brick + layout.firstOffset(coding == Coding::Q4K ? 0 : group, slot);
        if constexpr (coding == Coding::Q4K) {
            const int at = group * 3 / 2;
            const std::uint32_t sixes = (first[at] | std::uint32_t{first[at + 1]} << 8) >> (group % 2 * 4);
            const auto beside = loadOf<std::uint32_t>(brick + layout.secondOffset(0, slot));
            found.scale[h] = static_cast<float>(sixes & 63u) * ofHalf(beside & 0xffffu);
            found.minimum[h] = static_cast<float>(sixes >> 6 & 63u) * ofHalf(beside >> 16);
        } else if constexpr (coding == Coding::Q6K) {
            const float d = ofHalf(loadOf<std::uint16_t>(brick + layout.secondOffset(0, slot)));
            found.scale[h] = static_cast<float>(static_cast<std::int8_t>(*first)) * d;
        } else if constexpr (coding == Coding::Nvfp4) {
            found.scale[h] = ofE4M3(*first);
        } else if constexpr (coding == Coding::Mxfp4) {
            found.scale[h] = ofE8M0(*first);
        } else {
            found.scale[h] = scaleFrom(layout.scale, first);
        }
    }
    return found;
}

/// The words of each plane that the coming steps read. Bricks are taken in halves of eight steps, so that a device's code stays short; within one,
/// steps and pairs are constants where loops are unrolled, and all of this is registers.
inline constexpr int halfSteps = brickSteps / 2;

template <Coding coding>
struct Held {
    static constexpr int bits = bitsOf(coding), planes = 1 + (planeWidth(bits, 1) > 0) + (planeWidth(bits, 2) > 0);
    Words4 words[planes];

    /// Before step `step` of a half: loads what it needs and does not hold yet. A plane of one bit has two words a half.
    DQ_ANYWHERE void hold(const std::uint8_t* brick, int lane, int half, int step) {
        DQ_UNROLL
        for (int plane = 0; plane < planes; ++plane) {
            const int width = planeWidth(bits, plane);
            const PairPlace place = placeOfPair(width, 4 * step);
            if (place.word % 4 != 0 || place.shift != 0) continue;
            if (width == 1) {
                const auto two = loadOf<std::uint64_t>(brick + loadOffset(bits, plane, 0, lane) + half * 8);
                words[plane].at[0] = static_cast<std::uint32_t>(two);
                words[plane].at[1] = static_cast<std::uint32_t>(two >> 32);
            } else {
                words[plane] = load16(brick + loadOffset(bits, plane, half * (width / 2) + place.word / 4, lane));
            }
        }
    }
    /// The codes of a pair of the half, each at bit 0 of its half word.
    DQ_ANYWHERE Pair codes(int pair) const {
        Pair found = 0;
        DQ_UNROLL
        for (int plane = 0; plane < planes; ++plane) {
            const int width = planeWidth(bits, plane), offset = planeOffset(bits, plane);
            const PairPlace place = placeOfPair(width, pair);
            const std::uint32_t word = words[plane].at[place.word % 4];
            found |= (place.shift >= offset ? word >> (place.shift - offset) : word << (offset - place.shift)) & both(((1u << width) - 1) << offset);
        }
        return found;
    }
    /// The word of the widest plane that has a pair.
    DQ_ANYWHERE std::uint32_t word(int pair) const { return words[0].at[placeOfPair(planeWidth(bits, 0), pair).word % 4]; }
};

/// What is added to the numbers of a lane's two rows: integers come as 128 + code, or whole and with it 0 where they are eight bits.
struct Addends {
    Pair at[2];
};

template <Coding coding>
inline constexpr bool isInteger = static_cast<int>(coding) <= static_cast<int>(Coding::Int8);

template <Coding coding>
DQ_ANYWHERE constexpr Addends plainAddends() {
    Pair one = 0;
    if (coding == Coding::Q4K) one = 0xc300u;
    if (coding == Coding::Q6K) one = 0xc300u | 32u;
    if (isInteger<coding> && coding != Coding::Int8) one = 0xc300u | 1u << (bitsOf(coding) - 1);
    return {{both(one), both(one)}};
}

/// Of a group with zero points.
template <Coding coding>
DQ_ANYWHERE inline Addends zeroAddends(const Layout& layout, const std::uint8_t* brick, int group, int lane) {
    Addends addends{};
    DQ_UNROLL
    for (int h = 0; h < 2; ++h) {
        const std::uint32_t zero = brick[layout.secondOffset(group, lane / 4 * 2 + h)];
        if constexpr (coding == Coding::Int8)
            addends.at[h] = both(rounding::bitsOf(static_cast<float>(128 - static_cast<int>(zero))) >> 16);
        else
            addends.at[h] = both(0xc300u | (zero & 0x7fu));
    }
    return addends;
}

/// Pair `pair` (of the half's 32) as numbers: exact, scales and zero points of other types than integers apart.
template <Coding coding>
DQ_ANYWHERE inline Pair numbersOf(const Held<coding>& held, int pair, Pair addend) {
    const int shift = placeOfPair(planeWidth(bitsOf(coding), 0), pair).shift;
    const std::uint32_t word = held.word(pair);
    if constexpr (coding == Coding::Bf16) {
        return word;
    } else if constexpr (coding == Coding::Fp8) {
        const std::uint32_t upper = word << (8 - shift);
        return fused((upper >> 4 & both(0x07f0u)) | (upper & both(0x8000u)), both(0x7b80u), minusZeros);  // * 2^120
    } else if constexpr (coding == Coding::Nvfp4 || coding == Coding::Mxfp4) {
        const std::uint32_t upper = word << (12 - shift);
        return fused((upper >> 6 & both(0x01c0u)) | (upper & both(0x8000u)), both(0x7e80u), minusZeros);  // * 2^126
    } else if constexpr (coding == Coding::Int8) {
        const std::uint32_t code = word >> shift;
        const Pair low = (code & both(0x7fu)) | hundredTwentyEights;         // 128 + the low seven bits
        const Pair sign = (code & both(0x80u)) | hundredTwentyEights;  // 128, and 256 of negative codes
        return fused(fused(sign, minusOnes, low), ones, addend);
    } else {
        return fused(held.codes(pair) | hundredTwentyEights, ones, addend);
    }
}

/// Four inputs of a step as the tensor core wants them: columns + 0 .. 3 of a lane, 0 beyond the last
/// (columns come in fours, so that these are eight bytes at a multiple of eight).
struct Inputs {
    Pair at[2];
};

DQ_ANYWHERE inline Inputs inputsAt(const std::uint16_t* x, std::int64_t end, std::int64_t column) {
    if (column >= end) return {};
    const auto all = loadOf<std::uint64_t>(reinterpret_cast<const std::uint8_t*>(x + column));
    return {{static_cast<Pair>(all), static_cast<Pair>(all >> 32)}};
}

/// The sums of a lane: rows l / 4 (0, 1) and l / 4 + 8 (2, 3), inputs 2 (l % 4) and the next.
struct Sums {
    float at[4];
};

/// total += scale * part - minimum * inputs' sum
DQ_ANYWHERE inline void fold(const GroupScales& scales, const Sums& part, Sums& total) {
    DQ_UNROLL
    for (int i = 0; i < 4; ++i)
        total.at[i] = fmaf(part.at[i], scales.scale[i / 2], total.at[i]);
}
DQ_ANYWHERE inline void foldMinimum(const GroupScales& scales, const Sums& inputs, Sums& total) {
    DQ_UNROLL
    for (int i = 0; i < 4; ++i)
        total.at[i] = fmaf(inputs.at[i], -scales.minimum[i / 2], total.at[i]);
}

}  // namespace dq::kernels::decoding

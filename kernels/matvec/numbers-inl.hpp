// How numbers are made of codes (kernels/matvec/stream.hpp has the layout): weight = (number - offset) * factor * scale. `one` gives
// floats of a vector's lanes from one half, `pair` bfloat16 numbers from both. Compiled once a target.
#if defined(DQ_MATVEC_NUMBERS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_MATVEC_NUMBERS_INL
#undef DQ_MATVEC_NUMBERS_INL
#else
#define DQ_MATVEC_NUMBERS_INL
#endif

#include "kernels/matvec/stream.hpp"

#if HWY_TARGET != HWY_SCALAR
HWY_BEFORE_NAMESPACE();
namespace dq::kernels::matvec::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, 16>;
using Words = hn::RebindToUnsigned<Floats>;
using Vec = hn::Vec<Floats>;
using WordVec = hn::Vec<Words>;
inline constexpr std::size_t width = hn::MaxLanes(Floats());

/// Bits moved so that bit `from` comes to stand at bit `to`.
template <int from, int to>
HWY_INLINE WordVec moved(WordVec word) {
    if constexpr (from > to)
        return hn::ShiftRight<from - to>(word);
    else if constexpr (from < to)
        return hn::ShiftLeft<to - from>(word);
    else
        return word;
}

/// `base` with the code of `step` in it, its lowest bit at bit `to` and, where `copies` has more than one bit, the other half's 16 higher.
template <int bits, int step, int from, int to, std::uint32_t copies>
HWY_INLINE WordVec codeIn(const std::uint32_t* words, WordVec base) {
    const Words d;
    constexpr int bit = step * bits, had = HWY_MIN(16 - bit % 16, bits);
    const std::uint32_t* const at = words + bit / 16 * lanes;
    const WordVec first = moved<bit % 16 + from, to>(hn::LoadU(d, at));
    const WordVec found = hn::OrAnd(base, first, hn::Set(d, (((1u << had) - 1) << to) * copies));
    if constexpr (had == bits)
        return found;
    else {
        const WordVec second = moved<from, to + had>(hn::LoadU(d, at + lanes));
        return hn::OrAnd(found, second, hn::Set(d, (((1u << (bits - had)) - 1) << (to + had)) * copies));
    }
}

template <int bits, int step, int half, int to>
HWY_INLINE WordVec oneCode(const std::uint32_t* words, WordVec base) {
    return codeIn<bits, step, 16 * half, to, 1>(words, base);
}

template <int bits, int step, int to>
HWY_INLINE WordVec bothCodes(const std::uint32_t* words, WordVec base) {
    return codeIn<bits, step, 0, to, 0x10001>(words, base);
}

/// Nothing is converted: the code becomes the upper part of a mantissa, 1 + code / 2^bits.
template <int codeBits>
struct Integers {
    static constexpr int bits = codeBits;
    static constexpr float factor = static_cast<float>(1 << bits);
    static constexpr bool hasPairs = bits <= 7;  // bfloat16 has seven bits of mantissa
    template <int step, int half>
    HWY_INLINE static Vec one(const std::uint32_t* words) {
        return hn::BitCast(Floats(), oneCode<bits, step, half, 23 - bits>(words, hn::Set(Words(), 0x3f800000u)));
    }
    template <int step>
    HWY_INLINE static WordVec pair(const std::uint32_t* words) {
        return bothCodes<bits, step, 7 - bits>(words, hn::Set(Words(), 0x3f803f80u));
    }
    static constexpr float offsetOf(float zero) { return 1 + zero / factor; }
    static constexpr float offset = offsetOf(static_cast<float>(1 << (bits - 1)));
};

struct E2M1Numbers {
    static constexpr int bits = 4;
#if HWY_TARGET == HWY_AVX3
    static constexpr float factor = 1;
    static constexpr bool hasPairs = true;
    template <int step, int half>
    HWY_INLINE static Vec one(const std::uint32_t* words) {
        alignas(64) static constexpr float levels[16] = {0, .5f, 1, 1.5f, 2, 3, 4, 6, -0.0f, -.5f, -1, -1.5f, -2, -3, -4, -6};
        const WordVec code = oneCode<4, step, half, 0>(words, hn::Zero(Words()));
        return hn::TableLookupLanes(hn::Load(Floats(), levels), hn::IndicesFromVec(Floats(), code));
    }
    template <int step>
    HWY_INLINE static WordVec pair(const std::uint32_t* words) {
        alignas(64) static constexpr std::uint16_t levels[32] = {0,      0x3f00, 0x3f80, 0x3fc0, 0x4000, 0x4040, 0x4080, 0x40c0,
                                                                 0x8000, 0xbf00, 0xbf80, 0xbfc0, 0xc000, 0xc040, 0xc080, 0xc0c0};
        const WordVec code = bothCodes<4, step, 0>(words, hn::Zero(Words()));
        return WordVec{_mm512_permutexvar_epi16(code.raw, _mm512_load_si512(levels))};
    }
#else
    /// Twice the number plus 12, looked up as a byte; the other bytes of a word look up nothing.
    static constexpr float factor = .5f, offset = 12;
    static constexpr bool hasPairs = false;
    template <int step, int half>
    HWY_INLINE static Vec one(const std::uint32_t* words) {
        alignas(64) static constexpr std::uint8_t levels[16] = {12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0};
        const WordVec code = oneCode<4, step, half, 0>(words, hn::Set(Words(), 0x80808000u));
        const hn::Repartition<std::uint8_t, Words> bytes;
        const hn::RebindToSigned<Words> integers;
        const auto found = hn::TableLookupBytesOr0(hn::LoadDup128(bytes, levels), hn::BitCast(bytes, code));
        return hn::ConvertTo(Floats(), hn::BitCast(integers, found));
    }
#endif
};

/// The magnitude's bits stand in a float's own places; its exponent is too small by a constant. In bfloat16 the smallest of them are no
/// normal numbers, which units for pairs take as 0.
struct E4M3Numbers {
    static constexpr int bits = 8;
    static constexpr float factor = 0x1p120f;
    static constexpr bool hasPairs = false;
    template <int step, int half>
    HWY_INLINE static Vec one(const std::uint32_t* words) {
        constexpr int bit = step % 2 * 8 + half * 16;
        const WordVec word = hn::LoadU(Words(), words + step / 2 * lanes);
        const WordVec sign = hn::And(moved<bit, 24>(word), hn::Set(Words(), 0x80000000u));
        return hn::BitCast(Floats(), hn::OrAnd(sign, moved<bit, 20>(word), hn::Set(Words(), 0x7f00000u)));
    }
};

struct Bf16Numbers {
    static constexpr int bits = 16;
    static constexpr float factor = 1;
    static constexpr bool hasPairs = true;
    template <int step, int half>
    HWY_INLINE static Vec one(const std::uint32_t* words) {
        return hn::BitCast(Floats(), hn::And(moved<16 * half, 16>(pair<step>(words)), hn::Set(Words(), 0xffff0000u)));
    }
    template <int step>
    HWY_INLINE static WordVec pair(const std::uint32_t* words) {
        return hn::LoadU(Words(), words + static_cast<std::size_t>(step) * lanes);
    }
};

template <class Numbers>
inline constexpr bool hasOffset = requires { Numbers::offset; };

}  // namespace dq::kernels::matvec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif

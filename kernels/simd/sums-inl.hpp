// The inner loop of the error table: one format over one segment of a row. Compiled once a target.
//
// Counted for an integer format, a vector of 16 weights takes five multiplications, four additions and one comparison: a
// processor that does one of each kind a clock (Zen 4, at 512 bits) needs five clocks.
#if defined(DQ_SIMD_SUMS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_SIMD_SUMS_INL
#undef DQ_SIMD_SUMS_INL
#else
#define DQ_SIMD_SUMS_INL
#endif

#include "kernels/lanes.hpp"
#include "kernels/simd/rounding-inl.hpp"

#if HWY_TARGET != HWY_SCALAR  // there the reference does the work
HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

/// A run of columns, a multiple of quadColumns; what lies beyond the row is 0 in all three.
struct Segment {
    const float* weights;
    const float* fisher;
    const float* moment;
    std::size_t columns;
};

struct alignas(64) RowSums {
    double squared[laneCount] = {};
    double fisher[laneCount] = {};
    double activation[laneCount] = {};
    float largest[laneCount] = {};  // of the squares
};

/// Where a vector of weights stands: its first column in the segment, and its group in arrays of them.
struct Place {
    std::size_t column, group;
};

/// Weight minus rounded weight, perhaps with the other sign, for each kind of element. `by` is what weights are multiplied
/// or divided by, `scale` what codes are multiplied by.

/// Integers whose scale has at most 11 significant bits, of weights that have at most 12. w * (1 / scale) rounds to the
/// same integer as w / scale but perhaps at a tie, where both sides are as far away: a tie is (2 n + 1) scale / 2, a number of
/// bits + 11 bits; a weight that is not on it is further than 2^-(bits + 11) of it away, relatively, and the product is
/// within 2^-23. code * scale has at most 23 bits, so that fused or not is the same.
template <bool clamped>
struct ShortInt {
    float lowest, highest;
    HWY_INLINE Vec operator()(Vec weight, Place, Vec by, Vec scale) const {
        Vec code = hn::Round(hn::Mul(weight, by));
        if (clamped) code = hn::Max(hn::Min(code, all(highest)), all(lowest));
        return hn::NegMulAdd(code, scale, weight);
    }
};

struct AnyInt {
    float lowest, highest;
    HWY_INLINE Vec operator()(Vec weight, Place, Vec by, Vec scale) const {
        const Vec code = toInt(hn::Div(weight, by), all(lowest), all(highest));
        return hn::Sub(weight, hn::Mul(code, scale));
    }
};

/// With zero points. The sum with the zero point is rounded once more: with at most 4 bits a short weight that is not on a
/// tie is still further from it than that.
struct ShortAffine {
    float highest;
    const float* zero;
    HWY_INLINE Vec operator()(Vec weight, Place at, Vec by, Vec scale) const {
        const Vec shift = all(zero[at.group]);
        const Vec code = toInt(hn::Add(hn::Mul(weight, by), shift), hn::Zero(Floats()), all(highest));
        return hn::NegMulAdd(hn::Sub(code, shift), scale, weight);
    }
};

struct AnyAffine {
    float highest;
    const float* zero;
    HWY_INLINE Vec operator()(Vec weight, Place at, Vec by, Vec scale) const {
        const Vec shift = all(zero[at.group]);
        const Vec code = toInt(hn::Add(hn::Div(weight, by), shift), hn::Zero(Floats()), all(highest));
        return hn::Sub(weight, hn::Mul(hn::Sub(code, shift), scale));
    }
};

/// MX formats: their scales are powers of two, so that multiplying by the inverse is dividing.
template <int mantissa, int smallest>
struct MicroWeight {
    float largest;
    HWY_INLINE Vec operator()(Vec weight, Place, Vec by, Vec scale) const {
        const Vec magnitude = hn::Abs(weight);
        const Vec inside = hn::Min(hn::Mul(magnitude, by), all(largest));
        return hn::Sub(magnitude, hn::Mul(toSmallFloat<mantissa, smallest>(inside), scale));
    }
};

struct E4M3Weight {
    HWY_INLINE Vec operator()(Vec weight, Place, Vec by, Vec scale) const {
        const Vec magnitude = hn::Abs(weight);
        return hn::Sub(magnitude, hn::Mul(toE4M3(hn::Div(magnitude, by)), scale));
    }
};

struct E2M1Weight {
    float globalScale;
    HWY_INLINE Vec operator()(Vec weight, Place, Vec by, Vec scale) const {
        const Vec magnitude = hn::Abs(weight);
        const Vec number = hn::Mul(toE2M1(hn::Div(magnitude, by)), scale);
        return hn::Sub(magnitude, hn::Mul(number, all(globalScale)));
    }
};

struct Nf4Weight {
    HWY_INLINE Vec operator()(Vec weight, Place, Vec by, Vec scale) const {
        return hn::Sub(weight, hn::Mul(toNf4(hn::Div(weight, by)), scale));
    }
};

struct Bf16Weight {
    HWY_INLINE Vec operator()(Vec weight, Place, Vec, Vec) const {
        const Vec magnitude = hn::Abs(weight);
        return hn::Sub(magnitude, toSmallFloat<7, -126>(magnitude));
    }
};

/// Rounded by others.
struct GivenWeight {
    const float* rounded;
    float unit;
    HWY_INLINE Vec operator()(Vec weight, Place at, Vec, Vec) const {
        return hn::Mul(hn::Sub(weight, hn::Load(Floats(), rounded + at.column)), all(unit));
    }
};

struct Terms {
    Vec squared, fisher, activation;
};

HWY_INLINE Terms operator+(const Terms& a, const Terms& b) {
    return {hn::Add(a.squared, b.squared), hn::Add(a.fisher, b.fisher), hn::Add(a.activation, b.activation)};
}

template <class Element>
HWY_INLINE Terms termsAt(const Segment& in, const Element& element, Place at, Vec by, Vec scale,
                         hn::Vec<Words>& largest) {
    const Floats d;
    const std::size_t j = at.column;
    const Vec off = element(hn::Load(d, in.weights + j), at, by, scale);
    const Vec square = hn::Mul(off, off);
    largest = hn::Max(largest, bitsOf(square));  // squares order like their bits
    return {square, hn::Mul(hn::Load(d, in.fisher + j), square), hn::Mul(hn::Load(d, in.moment + j), square)};
}

HWY_INLINE void addTo(double* lanes, Vec block) {
    const hn::Half<Floats> half;
    const hn::Rebind<double, hn::Half<Floats>> doubles;
    const std::size_t n = hn::MaxLanes(doubles);
    const auto low = hn::PromoteTo(doubles, hn::LowerHalf(half, block));
    const auto high = hn::PromoteTo(doubles, hn::UpperHalf(half, block));
    hn::Store(hn::Add(hn::Load(doubles, lanes), low), doubles, lanes);
    hn::Store(hn::Add(hn::Load(doubles, lanes + n), high), doubles, lanes + n);
}

/// One of each for a group, that is perQuad for each four times 16 columns, or one for 2^shift times as many.
struct Numbers {
    const float *by, *scale;
    int shift;
};

template <std::size_t perQuad, class Element>
HWY_INLINE void sumSegment(const Segment& in, const Element& element, const Numbers& numbers, RowSums& out) {
    constexpr std::size_t step = 4 / perQuad;
    for (std::size_t begin = 0; begin < in.columns; begin += blockColumns)
        for (std::size_t lane = 0; lane < laneCount; lane += width) {
            const std::size_t end = HWY_MIN(begin + blockColumns, in.columns);
            const Vec zero = hn::Zero(Floats());
            auto largest = bitsOf(hn::Load(Floats(), out.largest + lane));
            Terms block{zero, zero, zero};
            for (std::size_t quad = begin; quad < end; quad += quadColumns) {
                const std::size_t first = perQuad == 1 ? quad / quadColumns >> numbers.shift : quad / quadColumns * perQuad;
                const auto at = [&](std::size_t i) HWY_ATTR {
                    const Place place{quad + 16 * i + lane, first + i / step};
                    return termsAt(in, element, place, all(numbers.by[place.group]), all(numbers.scale[place.group]), largest);
                };
                const Terms low = at(0) + at(1);
                const Terms high = at(2) + at(3);
                block = block + (low + high);
            }
            hn::Store(hn::BitCast(Floats(), largest), Floats(), out.largest + lane);
            addTo(out.squared + lane, block.squared);
            addTo(out.fisher + lane, block.fisher);
            addTo(out.activation + lane, block.activation);
        }
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif

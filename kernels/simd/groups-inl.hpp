// The scales of one format over one segment of a row. Compiled once a target.
#if defined(DQ_SIMD_GROUPS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DQ_SIMD_GROUPS_INL
#undef DQ_SIMD_GROUPS_INL
#else
#define DQ_SIMD_GROUPS_INL
#endif

#include "kernels/matrix_scales.hpp"
#include "kernels/sensitivity.hpp"
#include "kernels/simd/importance.hpp"
#include "kernels/simd/row-inl.hpp"
#include "kernels/simd/scales-inl.hpp"

#if HWY_TARGET != HWY_SCALAR  // there the reference does the work
HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

inline constexpr std::size_t mostGroups = segmentColumns / 16;

/// Whether a format has loops of its own. The others are left to kernels/round_row.hpp and the reference.
HWY_INLINE bool hasLoop(const Encoding& encoding) {
    const bool search = encoding.scaling != Scaling::Largest;
    const std::size_t level = levelOf(encoding.group);
    const bool whole = encoding.group == 0 && !search;
    if (!whole && level == levels) return false;
    if (search && level > 3) return false;  // 16 groups side by side must fit a segment
    if (encoding.scale == ScaleType::None) return encoding.element == Element::Bf16;
    const bool micro = encoding.scale == ScaleType::E8M0 && !search && !encoding.globalScale && encoding.group == 32;
    switch (encoding.element) {
        case Element::Int:
            return !encoding.globalScale && encoding.scale != ScaleType::E8M0 && !(encoding.zeroPoint && whole);
        case Element::E2M1:
            return encoding.globalScale || micro;
        case Element::E4M3:
            return micro || (!encoding.globalScale && !search && encoding.scale != ScaleType::E8M0);
        case Element::Nf4:
            return !encoding.globalScale && !search &&
                   (encoding.scale == ScaleType::F32 || encoding.scale == ScaleType::Dynamic8);
        case Element::E5M2:
        case Element::E2M3:
        case Element::E3M2:
            return micro;
        case Element::Bf16:
        case Element::Fp4:
        case Element::Block:
            break;
    }
    return false;
}

/// Where all of one of 16 groups that lie across is 0, nothing is known of it: 1 throughout.
HWY_INLINE void onesWhereNothing(float* across, std::size_t group) {
    const Floats d;
    for (std::size_t lane = 0; lane < 16; lane += width) {
        Vec largest = hn::Zero(d);
        for (std::size_t i = 0; i < group; ++i)
            largest = hn::Max(largest, hn::Load(d, across + i * 16 + lane));
        const auto nothing = hn::Eq(largest, hn::Zero(d));
        if (hn::AllFalse(d, nothing)) continue;
        for (std::size_t i = 0; i < group; ++i)
            hn::Store(hn::IfThenElse(nothing, all(1.0f), hn::Load(d, across + i * 16 + lane)), d, across + i * 16 + lane);
    }
}

/// Weights, or what errors are weighed with, laid across lanes, for each group size once a segment.
class Across {
public:
    explicit Across(bool weighs = false) : weighs_(weighs) {}
    void nextSegment(const float* weights) {
        weights_ = weights;
        made_ = {};
    }
    const float* of(std::size_t level, std::size_t batches) {
        const std::size_t group = std::size_t{16} << level;
        float* const to = numbers_[level].resized(segmentColumns);
        for (std::size_t b = made_[level]; b < batches; ++b) {
            layAcross(weights_ + b * 16 * group, group, to + b * 16 * group);
            if (weighs_) onesWhereNothing(to + b * 16 * group, group);
        }
        made_[level] = HWY_MAX(made_[level], batches);
        return to;
    }

private:
    bool weighs_;
    const float* weights_ = nullptr;
    std::array<Floats64, levels> numbers_;
    std::array<std::size_t, levels> made_{};
};

/// The sensitivities of a row's weights, 0 beyond its end.
class Sensitivities {
public:
    void forget() { known_ = false; }
    void set(std::span<const std::uint8_t> codes) {
        known_ = true;
        const std::size_t room = (codes.size() + segmentColumns - 1) / segmentColumns * segmentColumns;
        float* const to = numbers_.resized(room);
        sensitivitiesTo(codes, to);
        std::fill(to + codes.size(), to + room, 0.0f);
    }
    const float* data() const { return known_ ? numbers_.data() : nullptr; }
    void setSegment(std::size_t begin) {
        if (known_) across_.nextSegment(numbers_.data() + begin);
    }
    const float* of(std::size_t level, std::size_t batches) { return known_ ? across_.of(level, batches) : nullptr; }

private:
    bool known_ = false;
    Floats64 numbers_;
    Across across_{true};
};

/// What weights are multiplied or divided by, codes multiplied by, and zero points.
struct alignas(64) Groups {
    float scale[mostGroups + 16];
    float by[mostGroups + 16];
    float zero[mostGroups + 16];
    bool anyClamped;  // an integer might lie outside the codes before it is clamped
};

/// What a search looks at beside the extents: a segment's weights laid across lanes, the importances of its columns, and
/// the sensitivities of its weights.
struct SearchInput {
    Across& across;
    const Importance& importance;
    Sensitivities& sensitivities;
    std::size_t begin;  // the segment's first column
};

enum class By { Inverse, Divisor };

HWY_INLINE Scaler scalerOf(const Encoding& encoding, float globalScale) {
    return {encoding.scale, largestCode(encoding), encoding.globalScale, globalScale};
}

/// What is known of the groups of a segment: their largest magnitudes, with zero points the sizes of their ranges and
/// their lowest weights.
struct Extents {
    const float* sizes;
    const float* lows;
};

HWY_INLINE void searchScales(const Encoding& encoding, const Scaler& scaler, const Extents& extents,
                             std::size_t count, const SearchInput& input, Groups& out) {
    const std::size_t level = levelOf(encoding.group), group = static_cast<std::size_t>(encoding.group);
    const std::size_t batches = (count + 15) / 16;
    const float* const weights = input.across.of(level, batches);
    const bool byColumn = encoding.scaling == Scaling::Weighted && input.importance.known();
    const float* const importance = byColumn ? input.importance.across(level) + input.begin
                                    : encoding.scaling == Scaling::Fisher ? input.sensitivities.of(level, batches)
                                                                          : nullptr;
    const float step = searchStep(encoding);
    const IntOff intOff{-scaler.largestCode - 1.0f, scaler.largestCode};
    const AffineOff affineOff{scaler.largestCode};
    for (std::size_t g = 0; g < batches * 16; g += width) {
        const std::size_t at = g / 16 * 16 * group + g % 16;
        const GroupLanes lanes{weights + at, importance ? importance + at : nullptr, group};
        const Vec size = hn::LoadU(Floats(), extents.sizes + g), low = hn::LoadU(Floats(), extents.lows + g);
        const Found found = encoding.element == Element::E2M1
                                ? searchedScale(scaler, step, E2M1Off(), lanes, size, low)
                            : encoding.zeroPoint ? searchedScale(scaler, step, affineOff, lanes, size, low)
                                                 : searchedScale(scaler, step, intOff, lanes, size, low);
        hn::Store(found.scale, Floats(), out.scale + g);
        hn::Store(found.zero, Floats(), out.zero + g);
    }
}

/// Scales are in out.scale.
HWY_INLINE void setBy(const Scaler& scaler, By by, const float* maxima, std::size_t count, Groups& out) {
    const Floats d;
    const Vec most = all(scaler.largestCode + 0.49f);
    auto clamped = hn::Gt(hn::Zero(d), hn::Zero(d));
    for (std::size_t g = 0; g < count; g += width) {
        const Vec divisor = divisorOf(scaler, hn::Load(d, out.scale + g));
        const Vec inverse = inverseOf(divisor);
        const auto positive = hn::Gt(divisor, hn::Zero(d));
        const Vec safe = hn::IfThenElse(positive, divisor, all(std::numeric_limits<float>::infinity()));
        hn::Store(by == By::Inverse ? inverse : safe, d, out.by + g);
        clamped = hn::Or(clamped, hn::Gt(hn::Mul(hn::LoadU(d, maxima + g), inverse), most));
    }
    out.anyClamped = !hn::AllFalse(d, clamped);
}

/// Everything about the groups of a segment of `columns`.
HWY_INLINE void setGroups(const Encoding& encoding, float globalScale, By by, const Extents& extents,
                          std::size_t columns, const SearchInput& input, Groups& out) {
    const Scaler scaler = scalerOf(encoding, globalScale);
    const std::size_t group = encoding.group > 0 ? static_cast<std::size_t>(encoding.group) : columns;
    const std::size_t count = (columns + group - 1) / group;
    if (encoding.scaling != Scaling::Largest)
        searchScales(encoding, scaler, extents, count, input, out);
    else
        for (std::size_t g = 0; g < count; g += width) {
            const Vec scale = scaleOf(scaler, hn::LoadU(Floats(), extents.sizes + g));
            hn::Store(scale, Floats(), out.scale + g);
            if (encoding.zeroPoint)
                hn::Store(zeroOf(scaler, scale, hn::LoadU(Floats(), extents.lows + g)), Floats(), out.zero + g);
        }
    setBy(scaler, by, extents.sizes, count, out);
}

/// Of a segment from column `begin` on, where the matrix has chosen.
HWY_INLINE void setGiven(const Encoding& encoding, GivenScales given, std::size_t begin, std::size_t columns, Groups& out) {
    const Floats d;
    const std::size_t group = static_cast<std::size_t>(encoding.group), first = begin / group;
    for (std::size_t g = 0; g < (columns + group - 1) / group; g += width) {
        const Vec divisor = hn::LoadU(d, given.divisors + first + g);
        const auto positive = hn::Gt(divisor, hn::Zero(d));
        hn::Store(hn::IfThenElse(positive, divisor, all(std::numeric_limits<float>::infinity())), d, out.by + g);
        hn::Store(hn::LoadU(d, given.scales + first + g), d, out.scale + g);
    }
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#endif

#include "kernels/simd/error_row.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/error_row.cpp"
#include "kernels/simd/highway.hpp"

#include "kernels/round_row.hpp"
#include "kernels/row_units.hpp"
#if HWY_TARGET != HWY_SCALAR
#include "kernels/simd/groups-inl.hpp"
#include "kernels/simd/sums-inl.hpp"
#endif

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

namespace {

#if HWY_TARGET == HWY_SCALAR
void score(const RowInput& in, std::span<const Encoding> palette, std::span<const float> globalScales,
           ErrorSums* sums) {
    const auto all = reference::errorStats({in.weights, 1, static_cast<std::int64_t>(in.cols)}, palette,
                                           globalScales, in.fisher, in.inputMoment, {in.shared, in.place});
    std::copy(all.begin(), all.end(), sums);
}
#else

template <class Element>
HWY_NOINLINE void sumGroups(const Segment& in, const Element& element, int group, const Groups& groups,
                            RowSums& out) {
    const Numbers numbers{groups.by, groups.scale, group == 0 ? 63 : std::countr_zero(static_cast<unsigned>(group) / 64u)};
    if (group == 16) return sumSegment<4>(in, element, numbers, out);
    if (group == 32) return sumSegment<2>(in, element, numbers, out);
    sumSegment<1>(in, element, numbers, out);
}

struct Scratch {
    Row row;
    Across across;
    Groups groups;
    Sensitivities sensitivities;
    std::vector<std::uint8_t> codes;
    std::vector<RowSums> sums;
};

class Scorer {
public:
    Scorer(const RowInput& in, Scratch& scratch) : in_(in), scratch_(scratch), row_(scratch.row) {
        row_.set(in.weights, in.fisher, in.cols);
        unit_ = weightUnitFor(row_.largest());
    }

    void score(std::span<const Encoding> palette, std::span<const float> globalScales, ErrorSums* sums) {
        scratch_.sums.assign(palette.size(), RowSums());
        if (std::any_of(palette.begin(), palette.end(), [](const Encoding& one) { return one.zeroPoint; }))
            row_.setRanges();
        setSensitivities(palette);
        for (std::size_t begin = 0; begin < row_.columns(); begin += segmentColumns) {
            scratch_.across.nextSegment(row_.weights() + begin);
            scratch_.sensitivities.setSegment(begin);
            for (std::size_t f = 0; f < palette.size(); ++f)
                if (takesLoop(palette[f]))
                    addSegment(begin, palette[f], globalScales[f], in_.given(f), scratch_.sums[f]);
        }
        for (std::size_t f = 0; f < palette.size(); ++f) {
            if (!takesLoop(palette[f])) addRounded(palette[f], globalScales[f], in_.given(f), scratch_.sums[f]);
            sums[f] = finished(scratch_.sums[f]);
        }
    }

private:
    void setSensitivities(std::span<const Encoding> palette) {
        scratch_.sensitivities.forget();
        if (!in_.fisher || std::ranges::none_of(palette, [](const Encoding& one) { return one.scaling == Scaling::Fisher; })) return;
        scratch_.codes.resize(in_.cols);
        sensitivitiesOf({in_.fisher, in_.cols}, scratch_.codes);
        scratch_.sensitivities.set(scratch_.codes);
    }

    bool takesLoop(const Encoding& encoding) const { return unit_ == 1 && hasLoop(encoding); }

    Segment segment(std::size_t begin) const {
        return {row_.weights() + begin, row_.fisher() + begin, in_.moments->data() + begin,
                HWY_MIN(segmentColumns, row_.columns() - begin)};
    }

    Extents extentsAt(std::size_t begin, const Encoding& encoding) {
        if (encoding.group == 0) {
            std::fill_n(whole_, 16, row_.largest());
            return {whole_, whole_};
        }
        const std::size_t level = levelOf(encoding.group), first = begin / static_cast<std::size_t>(encoding.group);
        if (encoding.zeroPoint) return {row_.sizes(level) + first, row_.lows(level) + first};
        return {row_.maxima(level) + first, row_.maxima(level) + first};
    }

    /// Whether ShortInt or ShortAffine may be used.
    bool isShort(const Encoding& encoding) const {
        const bool shortScale = encoding.scale == ScaleType::F16 || encoding.scale == ScaleType::Bf16;
        return encoding.element == Element::Int && shortScale && row_.isShort() &&
               encoding.bits <= (encoding.zeroPoint ? 4 : 10);
    }

    void addSegment(std::size_t begin, const Encoding& encoding, float globalScale, GivenScales given, RowSums& out) {
        const Segment in = segment(begin);
        Groups& groups = scratch_.groups;
        if (encoding.element == Element::Bf16) {
            return sumGroups(in, Bf16Weight(), 0, groups, out);
        }
        const bool inverse = isShort(encoding) || encoding.scale == ScaleType::E8M0;
        if (given.scales)
            setGiven(encoding, given, begin, in.columns, groups);
        else
            setGroups(encoding, globalScale, inverse ? By::Inverse : By::Divisor, extentsAt(begin, encoding),
                      in.columns, {scratch_.across, *in_.importance, scratch_.sensitivities, begin}, groups);
        if (encoding.element == Element::Int) return addInts(in, encoding, groups, out);
        if (encoding.scale == ScaleType::E8M0) return addMicro(in, encoding, groups, out);
        const int group = encoding.group;
        if (encoding.element == Element::E4M3) sumGroups(in, E4M3Weight(), group, groups, out);
        if (encoding.element == Element::E2M1) sumGroups(in, E2M1Weight{globalScale}, group, groups, out);
        if (encoding.element == Element::Nf4) sumGroups(in, Nf4Weight(), group, groups, out);
    }

    void addInts(const Segment& in, const Encoding& encoding, const Groups& groups, RowSums& out) {
        const float highest = largestCode(encoding), lowest = -highest - 1.0f;
        const int group = encoding.group;
        const bool fast = isShort(encoding);
        if (encoding.zeroPoint && fast) return sumGroups(in, ShortAffine{highest, groups.zero}, group, groups, out);
        if (encoding.zeroPoint) return sumGroups(in, AnyAffine{highest, groups.zero}, group, groups, out);
        if (!fast) return sumGroups(in, AnyInt{lowest, highest}, group, groups, out);
        if (groups.anyClamped) return sumGroups(in, ShortInt<true>{lowest, highest}, group, groups, out);
        sumGroups(in, ShortInt<false>{lowest, highest}, group, groups, out);
    }

    void addMicro(const Segment& in, const Encoding& encoding, const Groups& groups, RowSums& out) {
        const float most = largestCode(encoding);
        const int group = encoding.group;
        if (encoding.element == Element::E2M1) sumGroups(in, MicroWeight<1, 0>{most}, group, groups, out);
        if (encoding.element == Element::E2M3) sumGroups(in, MicroWeight<3, 0>{most}, group, groups, out);
        if (encoding.element == Element::E3M2) sumGroups(in, MicroWeight<2, -2>{most}, group, groups, out);
        if (encoding.element == Element::E4M3) sumGroups(in, MicroWeight<3, -6>{most}, group, groups, out);
        if (encoding.element == Element::E5M2) sumGroups(in, MicroWeight<2, -14>{most}, group, groups, out);
    }

    void addRounded(const Encoding& encoding, float globalScale, GivenScales given, RowSums& out) {
        float* const rounded = row_.rounded();
        const float* const counts = encoding.scaling == Scaling::Fisher ? scratch_.sensitivities.data() : in_.importance->data();
        roundRow({in_.weights, in_.cols}, encoding, globalScale, given, {rounded, in_.cols}, counts);
        for (std::size_t begin = 0; begin < row_.columns(); begin += segmentColumns)
            sumGroups(segment(begin), GivenWeight{rounded + begin, unit_}, 0, scratch_.groups, out);
    }

    ErrorSums finished(const RowSums& sums) const {
        const auto total = [](const double* lanes) {
            Lanes copy;
            std::copy_n(lanes, laneCount, copy.begin());
            return sumOf(copy);
        };
        const double outside = 1 / (double{unit_} * double{unit_});
        const float largest = *std::max_element(sums.largest, sums.largest + laneCount);
        return {total(sums.squared) * outside,
                0.5 * (total(sums.fisher) / double{row_.fisherUnit()} * outside),
                total(sums.activation) / double{in_.moments->unit()} * outside,
                double{std::sqrt(largest)} / double{unit_}};
    }

    const RowInput& in_;
    Scratch& scratch_;
    Row& row_;
    float unit_ = 1;
    alignas(64) float whole_[16];
};

void score(const RowInput& in, std::span<const Encoding> palette, std::span<const float> globalScales,
           ErrorSums* sums) {
    thread_local Scratch scratch;
    Scorer(in, scratch).score(palette, globalScales, sums);
}

#endif

}  // namespace

void errorRowOn(const RowInput& in, std::span<const Encoding> palette, std::span<const float> globalScales,
                ErrorSums* sums) {
    score(in, palette, globalScales, sums);
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::simd {

HWY_EXPORT(errorRowOn);

Moments::Moments(const float* inputMoment, std::size_t cols) {
    constexpr std::size_t most = 2048;  // a segment
    numbers_.assign((cols + most - 1) / most * most + 16, 0.0f);
    const auto place = reinterpret_cast<std::uintptr_t>(numbers_.data()) / sizeof(float) % 16;
    skipped_ = (16 - place) % 16;
    if (!inputMoment) return;
    float largest = 0;
    for (std::size_t j = 0; j < cols; ++j)
        largest = std::max(largest, std::fabs(inputMoment[j]));
    unit_ = unitFor(largest);
    for (std::size_t j = 0; j < cols; ++j)
        numbers_[skipped_ + j] = inputMoment[j] * unit_;
}

void errorRow(const RowInput& in, std::span<const Encoding> palette, std::span<const float> globalScales,
              ErrorSums* sums) {
    HWY_DYNAMIC_DISPATCH(errorRowOn)(in, palette, globalScales, sums);
}

}  // namespace dq::kernels::simd
#endif

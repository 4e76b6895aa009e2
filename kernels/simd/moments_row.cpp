#include "kernels/simd/moments_row.hpp"

#include "kernels/lanes.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/moments_row.cpp"
#include "kernels/simd/highway.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

namespace {

#if HWY_TARGET == HWY_SCALAR
Moments momentsOf(const float* row, std::size_t cols) {
    return reference::moments({row, 1, static_cast<std::int64_t>(cols)});
}
#else

namespace hn = hwy::HWY_NAMESPACE;
using Doubles = hn::CappedTag<double, 8>;
using Floats = hn::Rebind<float, Doubles>;
inline constexpr std::size_t step = hn::MaxLanes(Doubles());
inline constexpr std::size_t parts = laneCount / step;

struct Sums {
    alignas(64) double squared[laneCount] = {};
    alignas(64) double fourth[laneCount] = {};
    std::int64_t notFinite = 0;
    float largest = 0;
};

/// Whole sixteens of columns.
void add(const float* row, std::size_t cols, Sums& sums) {
    const Doubles d;
    const Floats f;
    const hn::RebindToUnsigned<Floats> words;
    for (std::size_t part = 0; part < parts; ++part) {
        auto squared = hn::Load(d, sums.squared + part * step), fourth = hn::Load(d, sums.fourth + part * step);
        auto largest = hn::Zero(f);
        std::size_t finite = 0;
        for (std::size_t j = 0; j < cols; j += laneCount) {
            const auto weight = hn::LoadU(f, row + j + part * step);
            const auto bits = hn::BitCast(words, hn::Abs(weight));
            const auto good = hn::RebindMask(f, hn::Lt(bits, hn::Set(words, 0x7f800000u)));
            const auto number = hn::IfThenElseZero(good, weight);
            finite += hn::CountTrue(f, good);
            largest = hn::Max(largest, hn::Abs(number));
            const auto wide = hn::PromoteTo(d, number);
            const auto square = hn::Mul(wide, wide);
            squared = hn::Add(squared, square);
            fourth = hn::Add(fourth, hn::Mul(square, square));
        }
        hn::Store(squared, d, sums.squared + part * step);
        hn::Store(fourth, d, sums.fourth + part * step);
        sums.notFinite += static_cast<std::int64_t>(cols / laneCount * step - finite);
        sums.largest = HWY_MAX(sums.largest, hn::GetLane(hn::MaxOfLanes(f, largest)));
    }
}

Moments momentsOf(const float* row, std::size_t cols) {
    Sums sums;
    const std::size_t whole = cols / laneCount * laneCount;
    add(row, whole, sums);
    float last[laneCount] = {};
    for (std::size_t j = whole; j < cols; ++j)
        last[j - whole] = row[j];
    add(last, laneCount, sums);
    Lanes squared, fourth;
    for (std::size_t i = 0; i < laneCount; ++i) {
        squared[i] = sums.squared[i];
        fourth[i] = sums.fourth[i];
    }
    return {static_cast<std::int64_t>(cols), sums.notFinite, sumOf(squared), sumOf(fourth), double{sums.largest}};
}

#endif

}  // namespace

Moments rowMomentsOn(const float* row, std::size_t cols) {
    return momentsOf(row, cols);
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::simd {

HWY_EXPORT(rowMomentsOn);

Moments rowMoments(const float* row, std::size_t cols) {
    return HWY_DYNAMIC_DISPATCH(rowMomentsOn)(row, cols);
}

}  // namespace dq::kernels::simd
#endif

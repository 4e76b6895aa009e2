#include "kernels/simd/maxima_row.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd/maxima_row.cpp"
#include "kernels/round_row.hpp"
#include "kernels/simd/highway.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::simd::HWY_NAMESPACE {

namespace {

#if HWY_TARGET == HWY_SCALAR
float largestIn(const float* weights, std::size_t count) {
    return largestOf({weights, count});
}
#else
namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, 16>;

float largestIn(const float* weights, std::size_t count) {
    const Floats d;
    const std::size_t width = hn::MaxLanes(d);
    auto largest = hn::Zero(d);
    std::size_t j = 0;
    for (; j + width <= count; j += width)
        largest = hn::Max(largest, hn::Abs(hn::LoadU(d, weights + j)));
    return std::max(hn::GetLane(hn::MaxOfLanes(d, largest)), largestOf({weights + j, count - j}));
}
#endif

}  // namespace

void raiseMaximaOn(const float* row, std::size_t cols, std::size_t group, float* maxima) {
    for (std::size_t begin = 0; begin < cols; begin += group, ++maxima)
        *maxima = std::max(*maxima, largestIn(row + begin, std::min(group, cols - begin)));
}

}  // namespace dq::kernels::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::simd {

HWY_EXPORT(raiseMaximaOn);

void raiseMaxima(const float* row, std::size_t cols, std::size_t group, float* maxima) {
    HWY_DYNAMIC_DISPATCH(raiseMaximaOn)(row, cols, group, maxima);
}

}  // namespace dq::kernels::simd
#endif

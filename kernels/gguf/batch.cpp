#include "kernels/gguf/batch.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gguf/batch.cpp"
#include "kernels/simd/highway.hpp"

#include "kernels/gguf/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::gguf::HWY_NAMESPACE {

std::size_t laneCount() {
    return lanes;
}

/// A row per lane, 32 columns at a time: each row's squares are still added in order.
void sumRows(const float* const* rows, std::size_t cols, float* sums) {
    HWY_ALIGN float x[32 * lanes];
    const float* from[lanes];
    V sum = all(0);
    for (std::size_t column = 0; column < cols; column += 32) {
        for (std::size_t lane = 0; lane < lanes; ++lane)
            from[lane] = rows[lane] + column;
        gather<32>(from, x);
        for (std::size_t i = 0; i < 32; ++i)
            sum = hn::Add(sum, hn::Mul(at(x, i), at(x, i)));
    }
    hn::StoreU(sum, D(), sums);
}

}  // namespace dq::kernels::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::gguf {

HWY_EXPORT(laneCount);
HWY_EXPORT(sumRows);

void batchRowSums(const float* const* rows, std::size_t cols, float* sums) {
    HWY_DYNAMIC_DISPATCH(sumRows)(rows, cols, sums);
}

std::size_t batchLanes() {
    return HWY_DYNAMIC_DISPATCH(laneCount)();
}

}  // namespace dq::kernels::gguf
#endif

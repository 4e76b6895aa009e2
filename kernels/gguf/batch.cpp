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

}  // namespace dq::kernels::gguf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::gguf {

HWY_EXPORT(laneCount);

std::size_t batchLanes() {
    return HWY_DYNAMIC_DISPATCH(laneCount)();
}

}  // namespace dq::kernels::gguf
#endif

#include "kernels/matvec/weights.hpp"

#include <algorithm>
#include <string>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/matvec/multiply.cpp"
#include "kernels/simd/highway.hpp"

#include "core/base/error.hpp"
#include "core/base/parallel.hpp"
#include "kernels/matvec/input.hpp"
#include "kernels/matvec/stream.hpp"
#include "kernels/scale.hpp"
#if HWY_TARGET != HWY_SCALAR
#include "kernels/matvec/rows-inl.hpp"
#endif

HWY_BEFORE_NAMESPACE();
namespace dq::kernels::matvec::HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
void multiplyRows(const Weights& weights, const Input& x, std::int64_t from, std::int64_t to, float* y) {
    for (std::int64_t row = from; row < to; ++row)
        for (std::int64_t b = 0; b < x.batch(); ++b)
            y[b * weights.rows + row] = plainProduct(weights, row, x.of(b));
}
#else
void multiplyRows(const Weights& weights, const Input& x, std::int64_t from, std::int64_t to, float* y) {
    rowsOf(weights, x, from, to, y);
}
#endif

}  // namespace dq::kernels::matvec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dq::kernels::matvec {

HWY_EXPORT(multiplyRows);

namespace {
constexpr std::int64_t rowsAtATime = 64;
}

void multiply(const Weights& weights, std::span<const float> x, std::int64_t batch, std::span<float> y) {
    if (batch < 0 || std::ssize(x) != batch * weights.cols || std::ssize(y) != batch * weights.rows)
        throw Error(Kind::Input, "a product of [" + std::to_string(weights.rows) + ", " + std::to_string(weights.cols) + "] with " +
                                     std::to_string(batch) + " inputs of " + std::to_string(x.size()) + " numbers into " +
                                     std::to_string(y.size()));
    const Input input(x, batch, static_cast<std::size_t>(weights.cols), weights.stepsPerGroup());
    parallelFor((weights.rows + rowsAtATime - 1) / rowsAtATime, [&](std::int64_t chunk) {
        const std::int64_t from = chunk * rowsAtATime, to = std::min(from + rowsAtATime, weights.rows);
        HWY_DYNAMIC_DISPATCH(multiplyRows)(weights, input, from, to, y.data());
    });
}

}  // namespace dq::kernels::matvec
#endif

#include "kernels/feedback_parts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/error.hpp"
#include "kernels/bit_pack.hpp"
#include "kernels/codes.hpp"
#include "kernels/scale.hpp"

namespace dq::kernels::feedback {

namespace {

void requirePossible(float one, std::size_t column) {
    if (std::isfinite(one) && one >= 0) return;
    throw Error(Kind::Corrupt, "the mean square of input " + std::to_string(column) + " is " + std::to_string(one) +
                                   "; it must be finite and not negative");
}

std::vector<std::int32_t> orderOf(const std::vector<float>& diagonal, bool byMoment) {
    std::vector<std::int32_t> order(diagonal.size());
    std::iota(order.begin(), order.end(), 0);
    if (byMoment)
        std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
            return diagonal[static_cast<std::size_t>(a)] > diagonal[static_cast<std::size_t>(b)];
        });
    return order;
}

}  // namespace

Prepared prepared(std::span<const float> hessian, std::int64_t cols, const FeedbackOptions& options) {
    const auto n = static_cast<std::size_t>(cols);
    if (hessian.size() != n * n)
        throw Error(Kind::Corrupt, "the Hessian of an input has " + std::to_string(hessian.size()) + " numbers; " +
                                       std::to_string(cols) + " columns need their square");
    std::vector<float> diagonal(n);
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) {
        diagonal[j] = hessian[j * n + j];
        requirePossible(diagonal[j], j);
        sum += double{diagonal[j]};
    }
    Prepared all;
    all.result.cols = cols;
    all.result.order = orderOf(diagonal, options.byMoment);
    all.isZero = !(sum > 0);
    if (all.isZero) return all;
    all.result.damping = options.damping * sum / static_cast<double>(cols);
    all.lower.resize(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            const auto a = static_cast<std::size_t>(all.result.order[n - 1 - i]),
                       b = static_cast<std::size_t>(all.result.order[n - 1 - j]);
            all.lower[i * n + j] = double{hessian[std::max(a, b) * n + std::min(a, b)]} + (i == j ? all.result.damping : 0.0);
        }
    return all;
}

double requirePivot(double pivot) {
    if (pivot > 0 && std::isfinite(pivot)) return pivot;
    throw Error(Kind::Corrupt, "the Hessian of an input is not positive, even damped: a pivot is " + std::to_string(pivot));
}

Feedback finished(Prepared&& all) {
    Feedback result = std::move(all.result);
    const auto n = static_cast<std::size_t>(result.cols);
    result.shares.assign(n * n, 0.0f);
    result.weights.assign(n, 0.0);
    for (std::size_t k = 0; k < n; ++k)
        result.shares[k * n + k] = 1.0f;
    if (all.isZero) return result;
    for (std::size_t j = 0; j < n; ++j) {
        const double* const row = all.lower.data() + (n - 1 - j) * n;
        result.weights[j] = row[n - 1 - j];
        for (std::size_t k = j + 1; k < n; ++k)
            result.shares[j * n + k] = static_cast<float>(row[n - 1 - k]);
    }
    return result;
}

RowGroups::RowGroups(const Encoding& encoding, float globalScale, std::int64_t cols)
    : encoding_(encoding),
      globalScale_(globalScale),
      group_(encoding.group > 0 ? static_cast<std::size_t>(encoding.group) : static_cast<std::size_t>(std::max<std::int64_t>(cols, 1))) {
    const auto groups = static_cast<std::size_t>(std::max<std::int64_t>(1, groupsPerRow(encoding, cols)));
    scales_.assign(groups, 1.0f);
    divisors_.assign(groups, divisorOf(encoding, 1.0f, globalScale));
    zeros_.assign(groups, 0.0f);
    zeroCodes_.resize(encoding.zeroPoint ? groups : 0);
}

void RowGroups::read(std::span<const std::byte> scales) {
    if (encoding_.scale == ScaleType::None) return;
    const std::size_t size = scaleSize(encoding_.scale);
    if (encoding_.zeroPoint) unpackBits(scales.subspan(scales_.size() * size), encoding_.bits, zeroCodes_);
    for (std::size_t g = 0; g < scales_.size(); ++g) {
        scales_[g] = scaleValue(encoding_.scale, loadScale(encoding_.scale, scales.data() + g * size));
        divisors_[g] = divisorOf(encoding_, scales_[g], globalScale_);
        if (encoding_.zeroPoint) zeros_[g] = static_cast<float>(zeroCodes_[g]);
    }
}

RowGroups::Rounded RowGroups::round(float value, std::size_t column) const {
    const std::size_t g = column / group_;
    float scaled = divisors_[g] > 0 ? value / divisors_[g] : std::copysign(0.0f, value);
    // Past the largest float every code saturates; past it by division alone, too.
    scaled = std::clamp(scaled, -0x1p100f, 0x1p100f);
    if (encoding_.zeroPoint) scaled += zeros_[g];
    const std::uint32_t code = codes::encode(encoding_, scaled);
    float number = codes::decode(encoding_, code);
    if (encoding_.zeroPoint) number -= zeros_[g];
    number *= scales_[g];
    if (encoding_.globalScale) number *= globalScale_;
    return {static_cast<std::uint16_t>(code), number};
}

}  // namespace dq::kernels::feedback

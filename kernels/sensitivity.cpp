#include "kernels/sensitivity.hpp"

#include <algorithm>
#include <cassert>

#include "core/base/parallel.hpp"
#include "kernels/round_row.hpp"
#include "kernels/row_units.hpp"

namespace dq::kernels {

void sensitivitiesOf(std::span<const float> fisher, std::span<std::uint8_t> codes) {
    assert(codes.size() == fisher.size());
    constexpr std::int32_t below = (127 - 31) << 3;
    const float unit = unitFor(largestOf(fisher));
    for (std::size_t j = 0; j < fisher.size(); ++j) {
        const float scaled = fisher[j] * unit;
        const std::uint32_t bits = rounding::bitsOf(scaled);
        const auto nearest = static_cast<std::int32_t>((bits + 0x7ffffu + (bits >> 20 & 1u)) >> 20) - below;
        codes[j] = scaled > 0 ? static_cast<std::uint8_t>(std::clamp(nearest, 1, 255)) : std::uint8_t{0};
    }
}

std::vector<std::uint8_t> sensitivitiesOf(std::span<const float> fisher, std::int64_t cols) {
    std::vector<std::uint8_t> codes(fisher.size());
    const auto width = static_cast<std::size_t>(cols);
    parallelFor(cols > 0 ? std::ssize(fisher) / cols : 0, [&](std::int64_t i) {
        const std::size_t first = static_cast<std::size_t>(i) * width;
        sensitivitiesOf(fisher.subspan(first, width), std::span(codes).subspan(first, width));
    });
    return codes;
}

void sensitivitiesTo(std::span<const std::uint8_t> codes, float* numbers) {
    for (std::size_t j = 0; j < codes.size(); ++j)
        numbers[j] = sensitivity(codes[j]);
}

}  // namespace dq::kernels

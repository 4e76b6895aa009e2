#include "kernels/simd/importance.hpp"

#include <algorithm>
#include <cstdint>

#include "kernels/importance.hpp"
#include "kernels/sensitivity.hpp"

namespace dq::kernels::simd {

Importance::Importance(std::span<const Encoding> palette, const Input& input) {
    const bool wanted = std::any_of(palette.begin(), palette.end(), [](const Encoding& one) {
        return one.scaling == Scaling::Weighted && one.element != Element::Block;
    });
    if (!wanted) return;
    numbers_ = importanceOf(input.moment);
    if (!known()) return;
    for (std::size_t level = 0; level < levels; ++level)
        layAcross(level);
}

void Importance::layAcross(std::size_t level) {
    constexpr std::size_t segment = 2048;
    const std::size_t group = std::size_t{16} << level, cols = numbers_.size();
    std::vector<float>& all = across_[level];
    all.assign((cols + segment - 1) / segment * segment + 16, 0.0f);
    const auto place = reinterpret_cast<std::uintptr_t>(all.data()) / sizeof(float) % 16;
    skipped_[level] = (16 - place) % 16;
    float* const to = all.data() + skipped_[level];
    for (std::size_t begin = 0, g = 0; begin < cols; begin += group, ++g) {
        const std::size_t size = std::min(group, cols - begin);
        const bool says = isKnown(numbers_.data() + begin, size);
        for (std::size_t i = 0; i < size; ++i)
            to[g / 16 * 16 * group + i * 16 + g % 16] = says ? numbers_[begin + i] : 1.0f;
    }
}

const float* RowImportance::of(const Encoding& encoding, std::vector<float>& room) const {
    if (encoding.scaling != Scaling::Fisher) return columns.data();
    if (sensitivities.empty()) return nullptr;
    room.resize(sensitivities.size());
    sensitivitiesTo(sensitivities, room.data());
    return room.data();
}

}  // namespace dq::kernels::simd

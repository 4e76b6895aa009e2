#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/encoding.hpp"
#include "kernels/input.hpp"

namespace dq::kernels::simd {

/// kernels/importance.hpp made ready for vector units, once a matrix: the same for every row.
class Importance {
public:
    /// Not known where no encoding of the palette weighs with it.
    Importance(std::span<const Encoding> palette, const Input& input);
    Importance(const Importance&) = delete;  // a copy would lie elsewhere
    Importance& operator=(const Importance&) = delete;

    bool known() const { return !numbers_.empty(); }
    const float* data() const { return known() ? numbers_.data() : nullptr; }  // [cols], or null

    /// Of groups of 16 << level columns, level 0 to 3: [16 groups][group] of a row becomes [group][16], as the search lays its
    /// weights; at a multiple of 64 bytes. Groups that are 0 throughout hold 1, columns beyond the row 0.
    const float* across(std::size_t level) const { return across_[level].data() + skipped_[level]; }

private:
    void layAcross(std::size_t level);

    static constexpr std::size_t levels = 4;
    std::vector<float> numbers_;
    std::array<std::vector<float>, levels> across_;
    std::array<std::size_t, levels> skipped_{};
};

/// What the errors of one row are weighed with in a search.
struct RowImportance {
    const Importance& columns;
    std::span<const std::uint8_t> sensitivities = {};  // codes of the row's weights; empty: not known

    /// As the encoding wants it and the reference takes it; `room` is for numbers that have to be made. Null: nothing is known.
    const float* of(const Encoding& encoding, std::vector<float>& room) const;
};

}  // namespace dq::kernels::simd

#include "core/allocate/places.hpp"

#include <algorithm>

namespace dq::allocate {

/// A quarter of the classes apart: pictures then take at most 8 bytes a step, however many classes there are.
Places::Places(const Ladder& ladder)
    : classes_(ladder.classes()), distance_(std::max<std::size_t>(2048, ladder.classes() / 4)) {
    const std::size_t pictures = ladder.steps.size() / distance_ + 1;
    pictures_.reserve(pictures * classes_);
    std::vector<std::uint16_t> now(classes_, 0);
    for (std::size_t i = 0; i < pictures; ++i) {
        pictures_.insert(pictures_.end(), now.begin(), now.end());
        const std::size_t end = std::min(ladder.steps.size(), (i + 1) * distance_);
        for (std::size_t s = i * distance_; s < end; ++s)
            now[ladder.steps[s].owner] = ladder.steps[s].place;
    }
}

std::vector<std::uint16_t> Places::after(std::size_t steps, const Ladder& ladder) const {
    const std::size_t picture = steps / distance_;
    const auto from = pictures_.begin() + static_cast<std::ptrdiff_t>(picture * classes_);
    std::vector<std::uint16_t> places(from, from + static_cast<std::ptrdiff_t>(classes_));
    for (std::size_t s = picture * distance_; s < steps; ++s)
        places[ladder.steps[s].owner] = ladder.steps[s].place;
    return places;
}

}  // namespace dq::allocate

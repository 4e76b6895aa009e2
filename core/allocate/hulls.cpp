#include "core/allocate/hulls.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <utility>

#include "core/base/error.hpp"

namespace dq::allocate {

namespace {

double slopeBetween(const Option& from, const Option& to) {
    return (from.loss - to.loss) / static_cast<double>(to.bytes - from.bytes);
}

void addClass(Hulls& hulls, const Class& one) {
    const std::size_t first = hulls.points.size();
    const auto drop = [&hulls] {
        hulls.points.pop_back();
        hulls.slope.pop_back();
    };
    for (const Option& option : one.options) {
        const auto size = [&] { return hulls.points.size() - first; };
        assert(size() == 0 || option.bytes >= hulls.points.back().bytes);
        if (size() > 0 && option.loss >= hulls.points.back().loss) continue;
        if (size() > 0 && option.bytes == hulls.points.back().bytes) drop();
        double slope = size() > 0 ? slopeBetween(hulls.points.back(), option) : 0;
        // Compared as the rounded numbers that are sorted later: a class's steps then never change places.
        while (size() > 1 && slope >= hulls.slope.back()) {
            drop();
            slope = slopeBetween(hulls.points.back(), option);
        }
        hulls.points.push_back(option);
        hulls.slope.push_back(slope);
    }
}

/// Rises where the slope falls: the bits of a positive double rise with its value.
std::uint32_t steepness(double slope) {
    return static_cast<std::uint32_t>(~std::bit_cast<std::uint64_t>(slope) >> 32);
}

/// Stable radix sort of (key << 32 | point) by key.
std::vector<std::uint64_t> sortedByKey(std::vector<std::uint64_t> items) {
    constexpr std::array<int, 3> shifts{32, 43, 54};
    constexpr std::uint64_t digit = 0x7ff;
    std::array<std::array<std::uint32_t, digit + 1>, 3> places{};
    for (const std::uint64_t item : items)
        for (std::size_t pass = 0; pass < shifts.size(); ++pass)
            ++places[pass][item >> shifts[pass] & digit];
    std::vector<std::uint64_t> sorted(items.size());
    for (std::size_t pass = 0; pass < shifts.size(); ++pass) {
        std::uint32_t before = 0;
        for (std::uint32_t& place : places[pass])
            before += std::exchange(place, before);
        for (const std::uint64_t item : items)
            sorted[places[pass][item >> shifts[pass] & digit]++] = item;
        items.swap(sorted);
    }
    return items;
}

}  // namespace

Hulls hullsOf(const Problem& problem) {
    std::size_t options = 0;
    for (const Class& one : problem.classes)
        options += one.options.size();
    Hulls hulls;
    hulls.start.reserve(problem.classes.size() + 1);
    hulls.classOf.reserve(options);
    hulls.points.reserve(options);
    hulls.slope.reserve(options);
    for (const Class& one : problem.classes) {
        if (one.options.empty()) throw Error(Kind::Input, one.name + ": no format is left to choose from");
        hulls.start.push_back(static_cast<std::uint32_t>(hulls.points.size()));
        addClass(hulls, one);
        hulls.classOf.resize(hulls.points.size(), static_cast<std::uint32_t>(hulls.start.size() - 1));
    }
    hulls.start.push_back(static_cast<std::uint32_t>(hulls.points.size()));
    return hulls;
}

std::vector<std::uint32_t> stepsBySlope(const Hulls& hulls) {
    std::vector<std::uint64_t> items;
    items.reserve(hulls.points.size());
    for (std::size_t c = 0; c < hulls.classes(); ++c)
        for (std::uint32_t p = hulls.start[c] + 1; p < hulls.start[c + 1]; ++p)
            items.push_back(std::uint64_t{steepness(hulls.slope[p])} << 32 | p);
    items = sortedByKey(std::move(items));

    // Half the slope's bits have decided; the few that agree in them are put in order by the rest.
    std::vector<std::uint32_t> steps(items.size());
    std::transform(items.begin(), items.end(), steps.begin(),
                   [](std::uint64_t item) { return static_cast<std::uint32_t>(item); });
    const auto steeper = [&hulls](std::uint32_t a, std::uint32_t b) {
        return hulls.slope[a] > hulls.slope[b];
    };
    for (std::size_t from = 0, to = 0; from < items.size(); from = to) {
        for (to = from + 1; to < items.size() && items[to] >> 32 == items[from] >> 32;)
            ++to;
        if (to - from > 1)
            std::stable_sort(steps.begin() + static_cast<std::ptrdiff_t>(from),
                             steps.begin() + static_cast<std::ptrdiff_t>(to), steeper);
    }
    return steps;
}

}  // namespace dq::allocate

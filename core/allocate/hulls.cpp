#include "core/allocate/hulls.hpp"

#include <cassert>

#include "core/base/error.hpp"

namespace dq::allocate {

namespace {

double slopeBetween(const Option& from, const Option& to) {
    return (from.loss - to.loss) / static_cast<double>(to.bytes - from.bytes);
}

}  // namespace

void hullOf(std::span<const Option> options, std::vector<HullPoint>& hull) {
    hull.clear();
    for (const Option& option : options) {
        assert(hull.empty() || option.bytes >= hull.back().option.bytes);
        if (!hull.empty() && option.loss >= hull.back().option.loss) continue;
        if (!hull.empty() && option.bytes == hull.back().option.bytes) hull.pop_back();
        double slope = hull.empty() ? 0 : slopeBetween(hull.back().option, option);
        // Compared as the rounded numbers that are sorted later: a class's steps then never change places.
        while (hull.size() > 1 && slope >= hull.back().slope) {
            hull.pop_back();
            slope = slopeBetween(hull.back().option, option);
        }
        hull.push_back({option, slope});
    }
}

Hulls hullsOf(const Problem& problem) {
    std::size_t options = 0;
    for (const Class& one : problem.classes)
        options += one.options.size();
    Hulls hulls;
    hulls.start.reserve(problem.classes.size() + 1);
    hulls.classOf.reserve(options);
    hulls.points.reserve(options);
    hulls.slope.reserve(options);
    std::vector<HullPoint> hull;
    for (const Class& one : problem.classes) {
        if (one.options.empty()) throw Error(Kind::Input, one.name + ": no format is left to choose from");
        hulls.start.push_back(static_cast<std::uint32_t>(hulls.points.size()));
        hullOf(one.options, hull);
        for (const HullPoint& point : hull) {
            hulls.points.push_back(point.option);
            hulls.slope.push_back(point.slope);
        }
        hulls.classOf.resize(hulls.points.size(), static_cast<std::uint32_t>(hulls.start.size() - 1));
    }
    hulls.start.push_back(static_cast<std::uint32_t>(hulls.points.size()));
    return hulls;
}

}  // namespace dq::allocate

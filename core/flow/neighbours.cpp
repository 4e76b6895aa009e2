#include "core/flow/neighbours.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace dq::flow {

namespace {

using allocate::Option;

/// Whether b lies on or above the line from a to c.
bool above(const Option& a, const Option& b, const Option& c) {
    return (b.loss - a.loss) * static_cast<double>(c.bytes - a.bytes) >= (c.loss - a.loss) * static_cast<double>(b.bytes - a.bytes);
}

/// Options are sorted by bytes; each further vertex has less loss.
std::vector<std::size_t> hullOf(const std::vector<Option>& options) {
    std::vector<std::size_t> hull;
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (!hull.empty() && options[i].loss >= options[hull.back()].loss) continue;
        if (!hull.empty() && options[i].bytes == options[hull.back()].bytes) hull.pop_back();
        while (hull.size() >= 2 && above(options[hull[hull.size() - 2]], options[hull.back()], options[i])) hull.pop_back();
        hull.push_back(i);
    }
    return hull;
}

std::optional<std::size_t> bestAlike(const std::vector<Option>& options, std::size_t standing) {
    constexpr double Alike = 0.1;
    std::optional<std::size_t> best;
    const auto size = static_cast<double>(options[standing].bytes);
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (i == standing || std::abs(static_cast<double>(options[i].bytes) - size) > Alike * size) continue;
        if (!best || options[i].loss < options[*best].loss) best = i;
    }
    return best;
}

}  // namespace

std::vector<std::size_t> neighboursOf(const std::vector<Option>& options, std::size_t standing) {
    std::vector<std::size_t> found;
    const std::vector<std::size_t> hull = hullOf(options);
    const Bytes size = options[standing].bytes;
    const auto larger = std::ranges::find_if(hull, [&](std::size_t i) { return options[i].bytes > size; });
    if (larger != hull.end()) found.push_back(*larger);
    const auto smaller = std::find_if(hull.rbegin(), hull.rend(), [&](std::size_t i) { return options[i].bytes < size; });
    if (smaller != hull.rend()) found.push_back(*smaller);
    const auto alike = bestAlike(options, standing);
    if (alike && std::ranges::find(found, *alike) == found.end()) found.push_back(*alike);
    return found;
}

}  // namespace dq::flow

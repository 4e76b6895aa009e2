#include "core/allocate/ladder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

#include "core/base/error.hpp"

namespace dq::allocate {

namespace {

/// Rises where the slope falls: the bits of a positive double rise with its value.
std::uint32_t steepness(double slope) {
    return static_cast<std::uint32_t>(~std::bit_cast<std::uint64_t>(slope) >> 32);
}

/// Stable radix sort of (key << 32 | step) by key.
std::vector<std::uint64_t> sortedByKey(std::vector<std::uint64_t> items) {
    constexpr std::array<int, 3> shifts{32, 43, 54};
    constexpr std::uint64_t digit = 0x7ff;
    std::array<std::array<std::uint32_t, digit + 1>, 3> places{};
    for (const std::uint64_t item : items)
        for (std::size_t pass = 0; pass < shifts.size(); ++pass)
            ++places[pass][item >> shifts[pass] & digit];
    std::vector<std::uint64_t> sorted(items.size());
    for (std::size_t pass = 0; pass < shifts.size(); ++pass) {
        if (std::find(places[pass].begin(), places[pass].end(), items.size()) != places[pass].end()) continue;
        std::uint32_t earlier = 0;
        for (std::uint32_t& place : places[pass])
            earlier += std::exchange(place, earlier);
        for (const std::uint64_t item : items)
            sorted[places[pass][item >> shifts[pass] & digit]++] = item;
        items.swap(sorted);
    }
    return items;
}

/// Half the slope's bits have decided; the few that agree in them are put in order by the rest. They come in
/// the order of their classes, so a stable sort keeps ties there.
void sortTies(std::span<Step> steps) {
    const auto steeper = [](const Step& a, const Step& b) { return a.slope() > b.slope(); };
    if (std::is_sorted(steps.begin(), steps.end(), steeper)) return;
    if (steps.size() > 24) return std::stable_sort(steps.begin(), steps.end(), steeper);
    for (std::size_t i = 1; i < steps.size(); ++i)
        for (std::size_t j = i; j > 0 && steeper(steps[j], steps[j - 1]); --j)
            std::swap(steps[j], steps[j - 1]);
}

void sortSteps(std::vector<Step>& steps) {
    std::vector<std::uint64_t> items(steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i)
        items[i] = std::uint64_t{steepness(steps[i].slope())} << 32 | i;
    items = sortedByKey(std::move(items));

    std::vector<Step> sorted(steps.size());
    for (std::size_t i = 0; i < items.size(); ++i)
        sorted[i] = steps[static_cast<std::uint32_t>(items[i])];
    for (std::size_t from = 0, to = 0; from < items.size(); from = to) {
        for (to = from + 1; to < items.size() && items[to] >> 32 == items[from] >> 32;)
            ++to;
        if (to - from > 1) sortTies(std::span(sorted).subspan(from, to - from));
    }
    steps.swap(sorted);
}

void requireChoice(const Class& one, std::size_t options) {
    if (options == 0) throw Error(Kind::Input, one.name + ": no format is left to choose from");
    if (options > std::numeric_limits<std::uint16_t>::max())
        throw Error(Kind::Input, one.name + ": " + std::to_string(options) +
                                     " formats to choose from; at most 65535 are understood");
}

/// Appends the steps of one class; its first and last point go to their places.
void addClass(Ladder& ladder, std::size_t owner, std::span<const HullPoint> hull, std::vector<Step>& steps) {
    ladder.first[owner] = hull.front().option;
    ladder.lastLoss[owner] = hull.back().option.loss;
    for (std::size_t p = 0; p < hull.size(); ++p) {
        const Option& to = hull[p].option;
        ladder.formats.push_back(static_cast<std::uint16_t>(to.format));
        if (p == 0) continue;
        const Option& from = hull[p - 1].option;
        steps.push_back({from.loss - to.loss, to.bytes - from.bytes, static_cast<std::uint32_t>(owner),
                         static_cast<std::uint16_t>(p)});
    }
}

Ladder emptyLadder(std::size_t classes) {
    Ladder ladder;
    ladder.first.resize(classes);
    ladder.lastLoss.resize(classes);
    ladder.start.reserve(classes + 1);
    return ladder;
}

void copyClasses(const Ladder& from, std::size_t begin, std::size_t end, Ladder& to) {
    if (begin == end) return;
    const auto shift = static_cast<std::uint32_t>(to.formats.size()) - from.start[begin];
    for (std::size_t c = begin; c < end; ++c)
        to.start.push_back(from.start[c] + shift);
    to.formats.insert(to.formats.end(), from.formats.begin() + from.start[begin],
                      from.formats.begin() + from.start[end]);
}

/// The steps of classes that did not change, run by run, and the added ones where they belong.
void mergeSteps(std::span<const Step> steps, std::span<const char> isChanged, std::span<const Step> added,
                std::vector<Step>& merged) {
    merged.reserve(steps.size() + added.size());
    std::size_t at = 0;
    const auto keepUntil = [&](std::size_t end) {
        while (at < end) {
            std::size_t run = at;
            while (run < end && !isChanged[steps[run].owner])
                ++run;
            merged.insert(merged.end(), steps.begin() + static_cast<std::ptrdiff_t>(at),
                          steps.begin() + static_cast<std::ptrdiff_t>(run));
            at = run;
            while (at < end && isChanged[steps[at].owner])
                ++at;
        }
    };
    for (const Step& step : added) {
        keepUntil(static_cast<std::size_t>(
            std::lower_bound(steps.begin() + static_cast<std::ptrdiff_t>(at), steps.end(), step, before) -
            steps.begin()));
        merged.push_back(step);
    }
    keepUntil(steps.size());
}

}  // namespace

bool before(const Step& a, const Step& b) {
    const double left = a.slope(), right = b.slope();
    if (left != right) return left > right;
    return std::pair(a.owner, a.place) < std::pair(b.owner, b.place);
}

Ladder ladderOf(const Problem& problem) {
    Ladder ladder = emptyLadder(problem.classes.size());
    std::size_t options = 0;
    for (const Class& one : problem.classes)
        options += one.options.size();
    ladder.formats.reserve(options);
    ladder.steps.reserve(options);
    ladder.uniforms.assign(problem.formats.size(), {});
    std::vector<HullPoint> hull;
    for (std::size_t c = 0; c < problem.classes.size(); ++c) {
        const Class& one = problem.classes[c];
        requireChoice(one, one.options.size());
        hullOf(one.options, hull);
        ladder.start.push_back(static_cast<std::uint32_t>(ladder.formats.size()));
        addClass(ladder, c, hull, ladder.steps);
        for (const Option& option : one.options) {
            Uniform& uniform = ladder.uniforms[static_cast<std::size_t>(option.format)];
            ++uniform.classes;
            uniform.bytes += option.bytes;
            uniform.loss += option.loss;
        }
    }
    ladder.start.push_back(static_cast<std::uint32_t>(ladder.formats.size()));
    sortSteps(ladder.steps);
    return ladder;
}

Ladder patched(const Ladder& ladder, std::span<const std::size_t> changed, const OptionsOf& options,
               const Problem& problem) {
    Ladder after = emptyLadder(ladder.classes());
    after.first = ladder.first;
    after.lastLoss = ladder.lastLoss;
    after.uniforms = ladder.uniforms;
    after.formats.reserve(ladder.formats.size());
    std::vector<char> isChanged(ladder.classes(), 0);
    std::vector<Step> added;
    std::vector<HullPoint> hull;
    std::size_t copied = 0;
    for (const std::size_t c : changed) {
        copyClasses(ladder, copied, c, after);
        requireChoice(problem.classes[c], options(c).size());
        hullOf(options(c), hull);
        after.start.push_back(static_cast<std::uint32_t>(after.formats.size()));
        addClass(after, c, hull, added);
        isChanged[c] = 1;
        copied = c + 1;
    }
    copyClasses(ladder, copied, ladder.classes(), after);
    after.start.push_back(static_cast<std::uint32_t>(after.formats.size()));
    std::sort(added.begin(), added.end(), before);
    mergeSteps(ladder.steps, isChanged, added, after.steps);
    return after;
}

}  // namespace dq::allocate

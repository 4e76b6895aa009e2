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
LargeVector<std::uint64_t> sortedByKey(LargeVector<std::uint64_t> items) {
    constexpr std::array<int, 3> shifts{32, 43, 54};
    constexpr std::uint64_t digit = 0x7ff;
    std::array<std::array<std::uint32_t, digit + 1>, 3> places{};
    for (const std::uint64_t item : items)
        for (std::size_t pass = 0; pass < shifts.size(); ++pass)
            ++places[pass][item >> shifts[pass] & digit];
    LargeVector<std::uint64_t> sorted(items.size());
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

void sortSteps(LargeVector<Step>& steps) {
    LargeVector<std::uint64_t> items(steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i)
        items[i] = std::uint64_t{steepness(steps[i].slope())} << 32 | i;
    items = sortedByKey(std::move(items));

    LargeVector<Step> sorted(steps.size());
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

void addSteps(std::size_t owner, std::span<const HullPoint> hull, LargeVector<Step>& steps) {
    for (std::size_t p = 1; p < hull.size(); ++p) {
        const Option &from = hull[p - 1].option, &to = hull[p].option;
        steps.push_back({from.loss - to.loss, to.bytes - from.bytes, static_cast<std::uint32_t>(owner),
                         static_cast<std::uint16_t>(p)});
    }
}

/// Appends the steps of one class; its first and last point go to their places.
void addClass(Ladder& ladder, std::size_t owner, std::span<const HullPoint> hull, LargeVector<Step>& steps) {
    ladder.first[owner] = hull.front().option;
    ladder.lastLoss[owner] = hull.back().option.loss;
    for (const HullPoint& point : hull)
        ladder.formats.push_back(static_cast<std::uint16_t>(point.option.format));
    addSteps(owner, hull, steps);
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

/// `steps` without the removed ones, which are among them, and with the added ones where they belong; all sorted.
void mergeSteps(std::span<const Step> steps, std::span<const Step> removed, std::span<const Step> added,
                LargeVector<Step>& merged) {
    merged.reserve(steps.size() - removed.size() + added.size());
    auto at = steps.begin();
    const auto keepUntil = [&](const Step& next) {
        const auto end = std::lower_bound(at, steps.end(), next, before);
        merged.insert(merged.end(), at, end);
        at = end;
    };
    auto gone = removed.begin();
    auto come = added.begin();
    while (gone != removed.end() || come != added.end()) {
        if (gone == removed.end() || (come != added.end() && before(*come, *gone))) {
            keepUntil(*come);
            merged.push_back(*come++);
        } else {
            keepUntil(*gone++);
            ++at;
        }
    }
    merged.insert(merged.end(), at, steps.end());
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

Ladder patched(const Ladder& ladder, std::span<const std::size_t> changed, const OptionsOf& had,
               const OptionsOf& options, const Problem& problem) {
    Ladder after = emptyLadder(ladder.classes());
    after.first = ladder.first;
    after.lastLoss = ladder.lastLoss;
    after.uniforms = ladder.uniforms;
    after.formats.reserve(ladder.formats.size());
    LargeVector<Step> removed, added;
    std::vector<HullPoint> hull;
    std::size_t copied = 0;
    for (const std::size_t c : changed) {
        copyClasses(ladder, copied, c, after);
        hullOf(had(c), hull);
        addSteps(c, hull, removed);
        requireChoice(problem.classes[c], options(c).size());
        hullOf(options(c), hull);
        after.start.push_back(static_cast<std::uint32_t>(after.formats.size()));
        addClass(after, c, hull, added);
        copied = c + 1;
    }
    copyClasses(ladder, copied, ladder.classes(), after);
    after.start.push_back(static_cast<std::uint32_t>(after.formats.size()));
    std::sort(removed.begin(), removed.end(), before);
    std::sort(added.begin(), added.end(), before);
    mergeSteps(ladder.steps, removed, added, after.steps);
    return after;
}

}  // namespace dq::allocate

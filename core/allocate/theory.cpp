#include "core/allocate/theory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace dq::allocate {

namespace {

bool counts(const Source& source) {
    return source.weights > 0 && source.importance > 0;
}

}  // namespace

WaterFilling waterFilling(std::span<const Source> sources, double meanBits) {
    WaterFilling filling{0, std::vector<double>(sources.size(), 0), 0};
    std::vector<std::size_t> order;
    double total = 0, spread = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        total += std::max(sources[i].weights, 0.0);
        (counts(sources[i]) ? spread : filling.loss) += sources[i].importance;
        if (counts(sources[i])) order.push_back(i);
    }
    if (order.empty() || !(meanBits > 0)) {
        filling.loss += spread;
        return filling;
    }
    const auto height = [&](std::size_t i) { return std::log2(sources[i].importance / sources[i].weights); };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return height(a) > height(b); });

    // The level of the first k sources alone; the right k is the first whose next source lies below it.
    double weights = 0, heights = 0, level = 0;
    std::size_t active = 0;
    for (; active < order.size(); ++active) {
        if (active > 0 && height(order[active]) <= level) break;
        weights += sources[order[active]].weights;
        heights += sources[order[active]].weights * height(order[active]);
        level = (heights - 2 * total * meanBits) / weights;
    }
    filling.level = std::exp2(level);
    for (std::size_t k = 0; k < active; ++k) {
        const Source& source = sources[order[k]];
        filling.bits[order[k]] = std::max(0.0, (height(order[k]) - level) / 2);
        filling.loss += source.weights * filling.level;
    }
    for (std::size_t k = active; k < order.size(); ++k)
        filling.loss += sources[order[k]].importance;
    return filling;
}

double CodingGain::gain() const {
    return geometric > 0 ? arithmetic / geometric : 1;
}

double CodingGain::bitsSaved() const {
    return std::log2(gain()) / 2;
}

CodingGain codingGain(std::span<const Source> sources) {
    double weights = 0, sum = 0, logs = 0;
    for (const Source& source : sources) {
        if (!counts(source)) continue;
        weights += source.weights;
        sum += source.importance;
        logs += source.weights * std::log2(source.importance / source.weights);
    }
    if (!(weights > 0)) return {};
    return {sum / weights, std::exp2(logs / weights)};
}

std::vector<Source> sourcesOf(const Problem& problem) {
    std::vector<Source> sources;
    for (const Class& one : problem.classes) {
        const auto weights = static_cast<double>(one.weights);
        double importance = std::numeric_limits<double>::infinity();
        for (const Option& option : one.options)
            if (option.loss > 0 && weights > 0)
                importance = std::min(
                    importance, option.loss * std::exp2(16.0 * static_cast<double>(option.bytes) / weights));
        sources.push_back({std::isfinite(importance) ? importance : 0, weights});
    }
    return sources;
}

std::optional<double> bitsSavedAgainst(const Front& front, int format) {
    const auto uniform = front.uniform(format);
    if (!uniform) return std::nullopt;
    const auto vertex = front.reaching(uniform->loss);
    const Bytes bytes = vertex ? std::min(front.vertices()[*vertex].bytes, uniform->bytes) : uniform->bytes;
    return front.problem().bitsPerWeight(uniform->bytes) - front.problem().bitsPerWeight(bytes);
}

}  // namespace dq::allocate

#include "core/quality/correlation.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace dq::quality {

namespace {

std::vector<double> ranksOf(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
        while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
        for (std::size_t i = first; i < end; ++i)
            ranks[order[i]] = static_cast<double>(first + end - 1) / 2;
    }
    return ranks;
}

}  // namespace

std::optional<double> spearman(std::span<const double> a, std::span<const double> b) {
    assert(a.size() == b.size());
    const std::vector<double> x = ranksOf(a), y = ranksOf(b);
    const double mean = (static_cast<double>(a.size()) - 1) / 2;  // of ranks, shared or not
    double xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mean) * (x[i] - mean);
        yy += (y[i] - mean) * (y[i] - mean);
        xy += (x[i] - mean) * (y[i] - mean);
    }
    if (!(xx > 0) || !(yy > 0)) return {};
    return xy / std::sqrt(xx * yy);
}

std::optional<double> medianRatio(std::span<const double> predicted, std::span<const double> measured) {
    assert(predicted.size() == measured.size());
    std::vector<double> ratios;
    for (std::size_t i = 0; i < measured.size(); ++i)
        if (measured[i] > 0) ratios.push_back(predicted[i] / measured[i]);
    if (ratios.empty()) return {};
    std::ranges::sort(ratios);
    const std::size_t half = ratios.size() / 2;
    return ratios.size() % 2 == 1 ? ratios[half] : (ratios[half - 1] + ratios[half]) / 2;
}

}  // namespace dq::quality

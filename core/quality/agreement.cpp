#include "core/quality/agreement.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/base/error.hpp"
#include "core/base/units.hpp"

namespace dq::quality {

std::vector<double> ranks(std::span<const double> numbers) {
    std::vector<std::size_t> order(numbers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });
    std::vector<double> ranks(numbers.size());
    for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
        for (end = first + 1; end < order.size() && numbers[order[end]] == numbers[order[first]];) ++end;
        for (std::size_t i = first; i < end; ++i) ranks[order[i]] = 0.5 * static_cast<double>(first + 1 + end);
    }
    return ranks;
}

double spearman(std::span<const double> a, std::span<const double> b) {
    const std::vector<double> x = ranks(a), y = ranks(b);
    const double middle = 0.5 * static_cast<double>(x.size() + 1);
    double xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
        xx += (x[i] - middle) * (x[i] - middle);
        yy += (y[i] - middle) * (y[i] - middle);
        xy += (x[i] - middle) * (y[i] - middle);
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

double median(std::vector<double> numbers) {
    if (numbers.empty()) return 0;
    const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    std::nth_element(numbers.begin(), middle, numbers.end());
    if (numbers.size() % 2 == 1) return *middle;
    return 0.5 * (*middle + *std::max_element(numbers.begin(), middle));
}

Agreement agreementOf(std::span<const double> predicted, std::span<const double> measured) {
    if (predicted.size() != measured.size() || predicted.empty())
        throw Error(Kind::Input, std::to_string(predicted.size()) + " predictions cannot be compared with " +
                                     std::to_string(measured.size()) + " measurements");
    std::vector<double> quotients, distances;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        const double ratio = predicted[i] / measured[i];
        if (!(predicted[i] > 0 && measured[i] > 0 && std::isfinite(ratio)))
            throw Error(Kind::Input, "point " + std::to_string(i) + ": predicted " + showNumber(predicted[i]) + ", measured " +
                                         showNumber(measured[i]) + "; both must be above 0");
        quotients.push_back(ratio);
        distances.push_back(std::abs(std::log(ratio)));
    }
    Agreement agreement{.spearman = spearman(predicted, measured), .ratio = median(quotients), .logRatio = median(distances)};
    agreement.worst = static_cast<std::size_t>(std::max_element(distances.begin(), distances.end()) - distances.begin());
    return agreement;
}

}  // namespace dq::quality

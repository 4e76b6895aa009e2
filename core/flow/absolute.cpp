#include "core/flow/absolute.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace dq::flow {

namespace {

constexpr double Normal95 = 1.959963984540054;  // standard errors on either side

/// Of the logarithm of a mean KL, from its bootstrap over documents.
double errorOf(const evaluate::Interval& kl) {
    return kl.low > 0 ? std::log(kl.high / kl.low) / (2 * Normal95) : 0;
}

evaluate::Interval around(double ratio, double error) {
    return {ratio, ratio * std::exp(-Normal95 * error), ratio * std::exp(Normal95 * error)};
}

struct Spread {
    double mean = 0, deviation = 0;
};

Spread spreadOf(std::span<const double> numbers) {
    const auto count = static_cast<double>(numbers.size());
    const double mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / count;
    double squares = 0;
    for (const double number : numbers) squares += (number - mean) * (number - mean);
    return {mean, std::sqrt(squares / (count - 1))};
}

}  // namespace

bool isAbsolute(const MeasuredPoint& point) {
    return point.measured() >= SmallestAbsolute && point.measured() <= LargestAbsolute;
}

Absolute absoluteOf(const MeasuredPoint& point, const measure::Measurements& table, std::vector<double> drawn) {
    const double predicted = point.recipe.predictedLoss, measured = point.measured();
    const double text = errorOf(*point.evaluation.kl);
    const auto calibrated = static_cast<double>(std::max<std::int64_t>(1, table.calibrationTokens - table.calibrationSequences));
    const double documents = text * std::sqrt(1 + static_cast<double>(point.evaluation.tokens) / calibrated);
    Absolute absolute{.format = point.name, .ratio = around(predicted / measured, documents), .drawn = std::move(drawn), .overDraws = {}};
    if (absolute.drawn.empty()) return absolute;
    std::vector<double> all = absolute.drawn;
    all.push_back(measured);
    const Spread spread = spreadOf(all);
    const double draw = spread.deviation / spread.mean;
    absolute.ratio = around(predicted / measured, std::hypot(documents, draw));
    absolute.overDraws = around(predicted / spread.mean, std::hypot(documents, draw / std::sqrt(static_cast<double>(all.size()))));
    return absolute;
}

}  // namespace dq::flow

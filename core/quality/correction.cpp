#include "core/quality/correction.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.hpp"
#include "core/quality/agreement.hpp"
#include "core/quality/least_squares.hpp"

namespace dq::quality {

namespace {

/// How much a gain is held to the common one, in squared relative errors of one observation.
constexpr double Ridge = 1e-3;
constexpr double LargestBend = 1e3;

/// The sum u with u (1 + bend u) = loss.
double unbent(double loss, double bend) {
    return bend > 0 ? (std::sqrt(1 + 4 * bend * loss) - 1) / (2 * bend) : loss;
}

double sumOf(std::span<const double> numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

double predicted(std::span<const double> shares, std::span<const double> gains) {
    return std::inner_product(shares.begin(), shares.end(), gains.begin(), 0.0);
}

/// The one gain for all formats: what the observation in the middle asks for.
double commonGain(std::span<const Observation> observations, double bend) {
    std::vector<double> gains;
    for (const Observation& one : observations) gains.push_back(unbent(one.measured, bend) / sumOf(one.shares));
    return median(std::move(gains));
}

/// Rows of relative shares whose product with the gains is to be 1.
std::vector<double> gainsAt(std::span<const Observation> observations, double bend) {
    const std::size_t formats = observations.front().shares.size();
    Normal normal(formats);
    for (const Observation& one : observations) {
        std::vector<double> row = one.shares;
        for (double& share : row) share /= unbent(one.measured, bend);
        normal.add(row, 1);
    }
    const double common = commonGain(observations, bend);
    for (std::size_t f = 0; f < formats; ++f) normal.hold(f, Ridge / (common * common), common);
    return notNegativeLeastSquares(normal);
}

double faultAt(std::span<const Observation> observations, std::span<const double> gains, double bend) {
    double fault = 0;
    for (const Observation& one : observations) {
        const double sum = std::max(predicted(one.shares, gains), 1e-300);
        fault += std::pow(std::log(sum * (1 + bend * sum) / one.measured), 2);
    }
    return fault;
}

/// No bend, or the best of a few per factor of ten: the fault is flat around its least.
double bestBend(std::span<const Observation> observations) {
    double best = 0, least = faultAt(observations, gainsAt(observations, 0), 0);
    for (double bend = 1e-2; bend <= LargestBend; bend *= std::pow(10.0, 1.0 / 12)) {
        const double fault = faultAt(observations, gainsAt(observations, bend), bend);
        if (fault < least * (1 - 1e-9)) least = fault, best = bend;
    }
    return best;
}

void requireWhole(std::span<const Observation> observations, std::size_t formats) {
    if (observations.empty()) throw Error(Kind::Input, "a correction needs at least one measurement");
    for (std::size_t i = 0; i < observations.size(); ++i) {
        const Observation& one = observations[i];
        const double sum = sumOf(one.shares);
        const bool lacking = std::any_of(one.shares.begin(), one.shares.end(), [](double share) { return !(share >= 0); });
        if (one.shares.size() == formats && !lacking && sum > 0 && one.measured > 0 && std::isfinite(sum + one.measured)) continue;
        throw Error(Kind::Input, "measurement " + std::to_string(i) + ": predicted " + showNumber(sum) + ", measured " +
                                     showNumber(one.measured) + "; both must be above 0 and finite");
    }
}

}  // namespace

double Correction::predict(std::span<const double> shares) const {
    return bent(predicted(shares, gains));
}

double Correction::gainOf(std::string_view format) const {
    const auto found = std::find(formats.begin(), formats.end(), format);
    return found == formats.end() ? 1 : gains[static_cast<std::size_t>(found - formats.begin())];
}

Correction fitted(std::vector<std::string> formats, std::span<const Observation> observations) {
    requireWhole(observations, formats.size());
    Correction correction;
    correction.bend = bestBend(observations);
    correction.gains = gainsAt(observations, correction.bend);
    correction.formats = std::move(formats);
    return correction;
}

LossTable corrected(LossTable losses, const std::vector<std::string>& formats, const Correction& correction) {
    if (correction.metric != metricName(losses.metric))
        throw Error(Kind::Input, "the correction was made for the metric " + correction.metric + ", not for " +
                                     std::string(metricName(losses.metric)));
    std::vector<double> gains;
    for (const std::string& format : formats) gains.push_back(correction.gainOf(format));
    for (std::vector<double>& row : losses.loss)
        for (std::size_t f = 0; f < row.size(); ++f) row[f] *= gains[f];
    return losses;
}

}  // namespace dq::quality

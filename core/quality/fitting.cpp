#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/base/error.hpp"
#include "core/quality/agreement.hpp"
#include "core/quality/correction.hpp"
#include "core/quality/least_squares.hpp"

namespace dq::quality {

namespace {

/// How much a gain is held to the common one, in squared relative errors of one observation. Roles occur in every observation in nearly
/// the same parts, so that little tells them apart.
constexpr double FormatRidge = 1e-3, RoleRidge = 1e-1;
constexpr int Alternations = 12;  // of gains of formats and of roles, each fitted while the other stands
constexpr std::size_t Folds = 10;
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
std::vector<double> gainsAt(std::span<const Observation> observations, double bend, double ridge = FormatRidge) {
    const std::size_t unknowns = observations.front().shares.size();
    Normal normal(unknowns);
    for (const Observation& one : observations) {
        std::vector<double> row = one.shares;
        for (double& share : row) share /= unbent(one.measured, bend);
        normal.add(row, 1);
    }
    const double common = commonGain(observations, bend);
    for (std::size_t i = 0; i < unknowns; ++i) normal.hold(i, ridge / (common * common), common);
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

/// Observations with one of the two ways of sharing summed away under the gains of the other: rows are roles, columns formats.
std::vector<Observation> byFormat(std::span<const Observation> observations, std::span<const double> roleGains, std::size_t formats) {
    std::vector<Observation> all;
    for (const Observation& one : observations) {
        Observation sum{std::vector<double>(formats), one.measured};
        for (std::size_t i = 0; i < one.shares.size(); ++i) sum.shares[i % formats] += one.shares[i] * roleGains[i / formats];
        all.push_back(std::move(sum));
    }
    return all;
}

std::vector<Observation> byRole(std::span<const Observation> observations, std::span<const double> gains) {
    std::vector<Observation> all;
    for (const Observation& one : observations) {
        Observation sum{std::vector<double>(one.shares.size() / gains.size()), one.measured};
        for (std::size_t i = 0; i < one.shares.size(); ++i) sum.shares[i / gains.size()] += one.shares[i] * gains[i % gains.size()];
        all.push_back(std::move(sum));
    }
    return all;
}

/// The same correction with a gain for every role beside those of the formats; its bend stays.
Correction withRoles(Correction plain, const std::vector<std::string>& roles, std::span<const Observation> observations) {
    plain.roles = roles;
    plain.roleGains.assign(roles.size(), 1.0);
    for (int i = 0; i < Alternations; ++i) {
        plain.gains = gainsAt(byFormat(observations, plain.roleGains, plain.formats.size()), plain.bend);
        plain.roleGains = gainsAt(byRole(observations, plain.gains), plain.bend, RoleRidge);
    }
    return plain;
}

double squaredLogError(const Correction& correction, const Observation& one) {
    return std::pow(std::log(std::max(correction.predict(one.shares), 1e-300) / one.measured), 2);
}

/// What each way of fitting says of observations that it has not seen: every tenth is held out in turn, under the bend of them all.
HeldOut heldOut(const Correction& plain, const std::vector<std::string>& roles, std::span<const Observation> observations) {
    std::vector<double> gained;
    HeldOut result;
    const std::size_t folds = std::min(Folds, observations.size());
    for (std::size_t fold = 0; fold < folds; ++fold) {
        std::vector<Observation> seen;
        for (std::size_t i = 0; i < observations.size(); ++i)
            if (i % folds != fold) seen.push_back(observations[i]);
        Correction formats = plain;
        formats.gains = gainsAt(byFormat(seen, std::vector<double>(roles.size(), 1.0), plain.formats.size()), plain.bend);
        const Correction both = withRoles(plain, roles, seen);
        for (std::size_t i = fold; i < observations.size(); i += folds) {
            const double without = squaredLogError(formats, observations[i]), with = squaredLogError(both, observations[i]);
            result.formats += without;
            result.roles += with;
            gained.push_back(without - with);
        }
    }
    const auto count = static_cast<double>(gained.size());
    const double mean = sumOf(gained) / count;
    double squares = 0;
    for (const double one : gained) squares += (one - mean) * (one - mean);
    result.better = mean > 2 * std::sqrt(squares) / count;
    result.formats = std::sqrt(result.formats / count);
    result.roles = std::sqrt(result.roles / count);
    return result;
}

}  // namespace

Correction fitted(std::vector<std::string> formats, std::span<const Observation> observations) {
    requireWhole(observations, formats.size());
    Correction correction;
    correction.bend = bestBend(observations);
    correction.gains = gainsAt(observations, correction.bend);
    correction.formats = std::move(formats);
    return correction;
}

Lesson fitted(std::vector<std::string> formats, std::vector<std::string> roles, std::span<const Observation> observations) {
    requireWhole(observations, formats.size() * roles.size());
    Lesson lesson{.correction = fitted(formats, byFormat(observations, std::vector<double>(roles.size(), 1.0), formats.size())), .heldOut = {}};
    if (roles.size() < 2 || observations.size() < 2 * roles.size()) return lesson;
    lesson.heldOut = heldOut(lesson.correction, roles, observations);
    if (lesson.heldOut->better) lesson.correction = withRoles(std::move(lesson.correction), roles, observations);
    return lesson;
}

}  // namespace dq::quality

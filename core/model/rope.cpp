#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/model/rope.hpp"

namespace dq::model {

namespace {

using Frequencies = Rope::Frequencies;

std::vector<double> plain(double theta, std::int64_t dim) {
    std::vector<double> inverse(static_cast<std::size_t>(dim / 2));
    for (std::size_t i = 0; i < inverse.size(); ++i)
        inverse[i] = 1.0 / std::pow(theta, static_cast<double>(2 * i) / static_cast<double>(dim));
    return inverse;
}

Frequencies linear(const Rope& rope, std::int64_t dim) {
    Frequencies result{plain(rope.theta, dim)};
    for (double& f : result.inverse) f /= rope.factor;
    return result;
}

/// Beyond the trained context the base grows, so that the slowest pair just spans the longer sequence.
Frequencies dynamic(const Rope& rope, std::int64_t dim, std::int64_t length) {
    const auto trained = static_cast<double>(rope.originalContext);
    const double seen = std::max(static_cast<double>(length), trained);
    const double growth = rope.factor * seen / trained - (rope.factor - 1);
    return {plain(rope.theta * std::pow(growth, static_cast<double>(dim) / static_cast<double>(dim - 2)), dim)};
}

/// The pair (as a real number) that turns `rotations` times over the trained context.
double pairTurning(double rotations, const Rope& rope, std::int64_t dim) {
    const double wavelength = static_cast<double>(rope.originalContext) / (rotations * 2 * std::numbers::pi);
    return static_cast<double>(dim) * std::log(wavelength) / (2 * std::log(rope.theta));
}

double yarnAmplitude(const Rope& rope) {
    const auto scale = [&rope](double mscale) {
        return rope.factor <= 1 ? 1.0 : 0.1 * mscale * std::log(rope.factor) + 1.0;
    };
    if (rope.attentionFactor) return *rope.attentionFactor;
    const double mscale = rope.mscale.value_or(0), allDim = rope.mscaleAllDim.value_or(0);
    return mscale != 0 && allDim != 0 ? scale(mscale) / scale(allDim) : scale(1);
}

/// Fast pairs stay as they were trained, slow ones are stretched by the factor, a ramp lies between.
Frequencies yarn(const Rope& rope, std::int64_t dim) {
    double low = pairTurning(rope.betaFast, rope, dim);
    double high = pairTurning(rope.betaSlow, rope, dim);
    if (rope.truncate) {
        low = std::floor(low);
        high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, static_cast<double>(dim - 1));
    if (low == high) high += 0.001;
    Frequencies result{plain(rope.theta, dim), yarnAmplitude(rope)};
    for (std::size_t i = 0; i < result.inverse.size(); ++i) {
        const double stretched = std::clamp((static_cast<double>(i) - low) / (high - low), 0.0, 1.0);
        double& f = result.inverse[i];
        f = f / rope.factor * stretched + f * (1 - stretched);
    }
    return result;
}

/// By wavelength: short ones stay, long ones are stretched by the factor, a linear blend lies between.
Frequencies llama3(const Rope& rope, std::int64_t dim) {
    const auto trained = static_cast<double>(rope.originalContext);
    Frequencies result{plain(rope.theta, dim)};
    for (double& f : result.inverse) {
        const double wavelength = 2 * std::numbers::pi / f;
        const double kept = (trained / wavelength - rope.lowFrequencyFactor) / (rope.highFrequencyFactor - rope.lowFrequencyFactor);
        if (wavelength > trained / rope.lowFrequencyFactor)
            f /= rope.factor;
        else if (wavelength >= trained / rope.highFrequencyFactor)
            f = (1 - kept) * f / rope.factor + kept * f;
    }
    return result;
}

/// Every pair has a divisor of its own, one for sequences within the trained context and one beyond it.
Frequencies longRope(const Rope& rope, std::int64_t dim, std::int64_t length) {
    const auto trained = static_cast<double>(rope.originalContext);
    const double grown = rope.factor <= 1 ? 1 : std::sqrt(1 + std::log(rope.factor) / std::log(trained));
    Frequencies result{plain(rope.theta, dim), rope.attentionFactor.value_or(grown)};
    const std::vector<double>& divisors = length > rope.originalContext ? rope.longFactors : rope.shortFactors;
    for (std::size_t i = 0; i < result.inverse.size(); ++i) result.inverse[i] /= divisors.at(i);
    return result;
}

}  // namespace

Frequencies Rope::frequencies(std::int64_t dim, std::int64_t length) const {
    switch (scaling) {
        case Scaling::Linear: return linear(*this, dim);
        case Scaling::Dynamic: return dynamic(*this, dim, length);
        case Scaling::Yarn: return yarn(*this, dim);
        case Scaling::Llama3: return llama3(*this, dim);
        case Scaling::LongRope: return longRope(*this, dim, length);
        case Scaling::None: break;
    }
    return {plain(theta, dim)};
}

}  // namespace dq::model

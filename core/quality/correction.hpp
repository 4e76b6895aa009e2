#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/quality/loss_table.hpp"

namespace dq::quality {

/// What one measured assignment says: the predicted loss of its matrices by format, and the loss that was measured (> 0).
struct Observation {
    std::vector<double> shares;  // as in Correction::formats; or one row of those a role, the roles as there
    double measured = 0;
};

/// A prediction taught by measurements. Every format's predicted losses are multiplied by a gain of its own (errors of one
/// format are alike, so what the second order misses in them is too), and the sum u bends upwards where it is large, because
/// rounding errors that meet are more than their sum: loss = u (1 + bend u). Roles have gains of their own beside, where that foretells better
/// what was not fitted to.
struct Correction {
    std::string table;   // Key::hex() of the error table it was made for
    std::string metric;  // metricName()
    std::vector<std::string> formats;
    std::vector<double> gains;  // one a format, not negative
    double bend = 0;            // per nat, not negative
    std::vector<std::string> roles = {};    // none: roles make no difference
    std::vector<double> roleGains = {};     // one a role, not negative

    double bent(double sum) const { return sum * (1 + bend * sum); }
    double predict(std::span<const double> shares) const;
    double gainOf(std::string_view format) const;  // 1 where it is not among them
    double roleGainOf(std::string_view role) const;  // the same
};

/// Gains by non-negative least squares of the relative error, drawn by a weak ridge towards the gain that suits all formats
/// together, which is what a format gets that was never observed; the bend by a search for the least mean squared
/// logarithm of predicted / measured. Throws Error(Input): no observation, one that is not positive and finite.
Correction fitted(std::vector<std::string> formats, std::span<const Observation> observations);

/// What was foretold of observations that were held out, as root mean squared logarithms of predicted / measured.
struct HeldOut {
    double formats = 0, roles = 0;  // with gains of formats alone; with those of roles too
    bool better = false;            // the second is less by more than two standard errors of the difference
};
struct Lesson {
    Correction correction;
    std::optional<HeldOut> heldOut;  // absent: roles were not tried, for want of observations (two a role) or of roles
};
/// The same with gains of roles where held-out observations say that they help; shares are one row of formats a role.
Lesson fitted(std::vector<std::string> formats, std::vector<std::string> roles, std::span<const Observation> observations);

/// The losses of a table times the gains. Throws Error(Input) where the correction was made for another metric.
LossTable corrected(LossTable losses, const measure::Measurements& table, const Correction& correction);

std::string toJson(const Correction& correction);
/// Throws Error naming source and field.
Correction correctionFromJson(std::string_view text, std::string_view source);

}  // namespace dq::quality

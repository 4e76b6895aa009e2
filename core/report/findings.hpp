#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/units.hpp"
#include "core/evaluate/evaluation.hpp"
#include "core/report/document.hpp"

namespace dq::report {

/// What was run to look into the published findings about bit allocation, on one model. Numbers, no judgement.
struct Findings {
    std::string model, calibration, text;
    std::int64_t matrices = 0, weights = 0, calibrationTokens = 0, documents = 0, tokens = 0;

    /// Spearman's correlation of what a rule says of single matrices with the KL that was measured, each rounded alone.
    struct Rule {
        std::string name;
        std::vector<double> within;     // as aloneFormats
        std::optional<double> all;      // over all formats; absent: the rule knows nothing of formats
        std::optional<double> ratio;    // median of predicted / measured, for rules in nats
    };
    struct Alone {
        std::string matrix;
        double sensitivity = 0, loss = 0;  // trace times mean square; predicted by the Fisher diagonal
        std::size_t format = 0;            // of aloneFormats
        double kl = 0;                     // measured
    };
    std::vector<std::string> aloneFormats;
    std::vector<Rule> rules;  // the first two: trace times mean square, sum of h w^2; then every metric of the table
    std::vector<Alone> alone;

    /// Sensitivities of the original and of the same model rounded once.
    struct Refined {
        std::string format;
        double spearman = 0;
        std::vector<double> before, after;  // one a matrix
    };
    Refined refined;

    /// All matrices in one format.
    struct Uniform {
        std::string format;
        double bits = 0;  // of a code
        double bitsPerWeight = 0, predicted = 0;
        evaluate::Interval kl;
    };
    std::vector<Uniform> spectrum;  // integers in groups of 32, rising
    Uniform eight;                  // fp8-e4m3

    struct Rotation {
        std::string format;
        std::int64_t block = 0;    // 0: not turned; -1: the largest power of two that divides a row
        double relativeError = 0;  // sum of squared errors over sum of squared weights
        evaluate::Interval kl;
    };
    std::vector<Rotation> rotations;

    struct Knee {
        std::string range;
        double bits = 0, logBits = 0;  // bits per weight at the knee of the loss, and of its logarithm
    };
    std::vector<Knee> knees;

    struct Experts {
        std::int64_t weights = 0;                // in experts
        double expertBits = 0, otherBits = 0;    // at the knee of the widest range
        double expertLoss = 0, otherLoss = 0;    // predicted per weight, all in the middle of the spectrum, in units of 1e-9 nats
    };
    std::optional<Experts> experts;  // absent: the model has none
};

enum class Verdict { Held, Partly, DidNot, NotAsked };
std::string_view verdictName(Verdict verdict);  // "held", "in part", "did not hold", "not asked"

struct Claim {
    std::string claim, found;
    Verdict verdict = Verdict::NotAsked;
};
/// What became of each published finding, by rules that are written beside them.
std::vector<Claim> claimsOf(const Findings& findings);

/// The whole report: claims, tables, pictures.
Document documentOf(const Findings& findings);

}  // namespace dq::report

#include <algorithm>
#include <cmath>

#include "core/report/findings.hpp"

namespace dq::report {

namespace {

std::string three(double value) {
    return showNumber(value);
}

std::string spanOf(const evaluate::Interval& interval) {
    return three(interval.mean) + " [" + three(interval.low) + ", " + three(interval.high) + "]";
}

/// 95 % of a rank correlation over n pairs, by Fisher's transformation with the usual widening for ranks.
evaluate::Interval rankInterval(double r, std::size_t n) {
    if (n < 4 || std::abs(r) >= 1) return {r, n < 4 ? -1 : r, n < 4 ? 1 : r};
    const double z = std::atanh(r), half = 1.96 * std::sqrt((1 + r * r / 2) / static_cast<double>(n - 3));
    return {r, std::tanh(z - half), std::tanh(z + half)};
}

/// The last format matrices were tried in has the most bits: the published figure is for 4.
std::size_t last(const Findings& findings) {
    return findings.aloneFormats.size() - 1;
}

std::size_t triedIn(const Findings& findings, std::size_t format) {
    return static_cast<std::size_t>(
        std::count_if(findings.alone.begin(), findings.alone.end(), [&](const auto& one) { return one.format == format; }));
}

Claim correlation(const Findings& findings) {
    constexpr double Published = 0.93;
    const std::size_t format = last(findings);
    const evaluate::Interval seen = rankInterval(findings.rules[0].within[format], triedIn(findings, format));
    const Verdict verdict = seen.high < Published ? Verdict::DidNot : seen.mean < Published ? Verdict::Partly : Verdict::Held;
    return {"The trace of the Fisher information times the mean squared weight ranks matrices as the measured KL does: 0.93",
            "Spearman " + spanOf(seen) + " over " + std::to_string(triedIn(findings, format)) + " matrices alone in " +
                findings.aloneFormats[format] + "; in part: below, with 0.93 inside the 95 % interval",
            verdict};
}

Claim better(const Findings& findings) {
    constexpr double Alike = 0.02;
    const std::size_t format = last(findings);
    const double seed = findings.rules[0].within[format], other = findings.rules[1].within[format];
    const auto ours = std::find_if(findings.rules.begin(), findings.rules.end(), [](const auto& rule) { return rule.name == "fisher-diagonal"; });
    const std::string beside =
        ours == findings.rules.end() ? "" : " (the Fisher diagonal on the rounding error itself: " + three(ours->within[format]) + ")";
    const Verdict verdict = seed > other + Alike ? Verdict::Held : seed < other - Alike ? Verdict::DidNot : Verdict::Partly;
    return {"It ranks better than the sum of h w^2",
            three(seed) + " against " + three(other) + beside + "; in part: a difference within 0.02",
            verdict};
}

Claim refinement(const Findings& findings) {
    const std::string claim = "Measuring the sensitivities again on the rounded model changes nothing: rank correlation 0.998";
    const double seen = findings.refined.spearman;
    const Verdict verdict = seen >= 0.998 ? Verdict::Held : seen >= 0.98 ? Verdict::Partly : Verdict::DidNot;
    return {claim, "Spearman " + showNumber(seen, 4) + " between the original and the model in " + findings.refined.format + "; in part: 0.98 and more",
            verdict};
}

const Findings::Uniform* bitsOf(const Findings& findings, double bits) {
    const auto found = std::find_if(findings.spectrum.begin(), findings.spectrum.end(), [&](const auto& one) { return one.bits == bits; });
    return found == findings.spectrum.end() ? nullptr : &*found;
}

/// Near: the KL is at most twice that of FP8.
Claim sweetSpot(const Findings& findings) {
    const std::string claim = "5 to 7 bits are near the quality of FP8";
    std::string found;
    int near = 0, asked = 0;
    for (const double bits : {5.0, 6.0, 7.0})
        if (const Findings::Uniform* const one = bitsOf(findings, bits)) {
            const double ratio = one->kl.mean / std::max(findings.eight.kl.mean, 1e-300);
            near += ratio <= 2;
            ++asked;
            found += (found.empty() ? "" : ", ") + three(bits) + " bits " + three(ratio);
        }
    if (asked == 0) return {claim, "no such width was run", Verdict::NotAsked};
    return {claim, "KL in times of " + findings.eight.format + "'s: " + found + "; near means at most twice",
            near == asked ? Verdict::Held : near > 0 ? Verdict::Partly : Verdict::DidNot};
}

/// If a corner were there, one bit less would cost much more below it than above.
Claim corner(const Findings& findings) {
    const auto* const three3 = bitsOf(findings, 3);
    const auto* const four = bitsOf(findings, 4);
    const auto* const six = bitsOf(findings, 6);
    const std::string claim = "Below 4 bits the model degrades";
    if (!three3 || !four || !six) return {claim, "3, 4 and 6 bits were not all run", Verdict::NotAsked};
    const double below = three3->kl.mean / std::max(four->kl.mean, 1e-300);
    const double above = std::sqrt(four->kl.mean / std::max(six->kl.mean, 1e-300));
    return {claim,
            "from 4 to 3 bits the KL grows " + three(below) + " times, a bit between 4 and 6 costs " + three(above) +
                " times; held: twice as steep, in part: a fifth steeper",
            below >= 2 * above ? Verdict::Held : below >= 1.2 * above ? Verdict::Partly : Verdict::DidNot};
}

Claim waste(const Findings& findings) {
    const auto* const twelve = bitsOf(findings, 12);
    const std::string claim = "Above 12 bits precision is wasted";
    if (!twelve) return {claim, "12 bits were not run", Verdict::NotAsked};
    return {claim, "12 bits leave a KL of " + spanOf(twelve->kl) + "; held: below 1e-6, where float arithmetic itself differs",
            twelve->kl.mean < 1e-6 ? Verdict::Held : Verdict::DidNot};
}

Claim rotation(const Findings& findings) {
    const std::string claim = "Rotation brings nothing to NVFP4 in groups of 16";
    const Findings::Rotation* plain = nullptr;
    for (const Findings::Rotation& one : findings.rotations)
        if (one.format == "nvfp4" && one.block == 0) plain = &one;
    if (!plain) return {claim, "NVFP4 was not run", Verdict::NotAsked};
    std::string found;
    bool helps = false, worse = true;
    for (const Findings::Rotation& one : findings.rotations) {
        if (one.format != "nvfp4" || one.block == 0) continue;
        helps = helps || one.kl.high < plain->kl.low;
        worse = worse && one.kl.mean >= plain->kl.mean;
        found += (found.empty() ? "" : ", ") + (one.block < 0 ? "whole rows" : "blocks of " + std::to_string(one.block)) + " " +
                 three(one.kl.mean / std::max(plain->kl.mean, 1e-300));
    }
    return {claim, "measured KL in times of that without: " + found + "; did not hold: less beyond both 95 % intervals, in part: less within them",
            helps ? Verdict::DidNot : worse ? Verdict::Held : Verdict::Partly};
}

Claim knee(const Findings& findings) {
    const std::string claim = "The knee lies at 5.7 bits per weight";
    if (findings.knees.empty()) return {claim, "no front was drawn", Verdict::NotAsked};
    double least = 1e300, most = 0;
    std::string found;
    for (const Findings::Knee& one : findings.knees) {
        least = std::min(least, one.bits), most = std::max(most, one.bits);
        found += (found.empty() ? "" : ", ") + one.range + " " + three(one.bits);
    }
    const bool near = std::any_of(findings.knees.begin(), findings.knees.end(), [](const auto& one) { return std::abs(one.bits - 5.7) <= 0.5; });
    return {claim, "it moves with the range of formats from " + three(least) + " to " + three(most) + ": " + found +
                       "; in part: some range within half a bit of 5.7",
            near && most - least < 1 ? Verdict::Held : near ? Verdict::Partly : Verdict::DidNot};
}

Claim mixture(const Findings& findings) {
    const std::string claim = "Mixtures of experts take quantization as well as dense models";
    if (!findings.experts) return {claim, "the model has no experts", Verdict::NotAsked};
    const double ratio = findings.experts->expertLoss / std::max(findings.experts->otherLoss, 1e-300);
    return {claim, "in one format an expert's weight loses " + three(ratio) + " times what another weight does; at the knee experts have " +
                       three(findings.experts->expertBits) + " bits, the others " + three(findings.experts->otherBits) + "; held: at most the same",
            ratio <= 1 ? Verdict::Held : Verdict::DidNot};
}

}  // namespace

std::string_view verdictName(Verdict verdict) {
    switch (verdict) {
        case Verdict::Held: return "held";
        case Verdict::Partly: return "in part";
        case Verdict::DidNot: return "did not hold";
        case Verdict::NotAsked: break;
    }
    return "not asked";
}

std::vector<Claim> claimsOf(const Findings& findings) {
    std::vector<Claim> claims;
    if (!findings.alone.empty()) claims = {correlation(findings), better(findings)};
    for (const auto& judge : {refinement, sweetSpot, corner, waste, rotation, knee, mixture}) claims.push_back(judge(findings));
    return claims;
}

}  // namespace dq::report

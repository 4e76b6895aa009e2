#include "core/flow/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace dq::flow {

namespace {

constexpr double noiseEnergy = 1.0 / 256;  // of the matrix's: what codes of four bits do to it, more or less
constexpr std::int64_t mostTokens = 4096;

text::Samples firstOf(const text::Samples& samples) {
    text::Samples few = samples;
    few.sequences.clear();
    std::int64_t tokens = 0;
    for (const auto& sequence : samples.sequences) {
        if (!few.sequences.empty() && tokens + std::ssize(sequence) > mostTokens) break;
        tokens += std::ssize(sequence);
        few.sequences.push_back(sequence);
    }
    return few;
}

/// Two independent normal numbers from two uniform ones (Box and Muller): the same on every machine's library.
void addNoise(std::span<const float> original, std::span<float> weights, double deviation, std::uint64_t seed) {
    std::mt19937_64 bits(seed);
    const auto uniform = [&bits] { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; };
    for (std::size_t i = 0; i < original.size(); i += 2) {
        const double length = deviation * std::sqrt(-2 * std::log(uniform())), angle = 2 * std::numbers::pi * uniform();
        weights[i] = static_cast<float>(double{original[i]} + length * std::cos(angle));
        if (i + 1 < original.size()) weights[i + 1] = static_cast<float>(double{original[i + 1]} + length * std::sin(angle));
    }
}

}  // namespace

std::vector<double> noiseGains(const model::Model& model, const measure::Measurements& table, const text::Samples& samples,
                               evaluate::Evaluator& evaluator, const Progress& progress) {
    std::vector<evaluate::Change> changes;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const measure::MatrixRow& row = table.rows[i];
        if (row.notFinite > 0 || !(row.squared > 0)) continue;
        const double deviation = std::sqrt(noiseEnergy * row.squared / static_cast<double>(row.weights()));
        changes.push_back({i, [deviation, i](const model::WeightMatrix&, std::span<const float> original, std::span<float> weights) {
                               addNoise(original, weights, deviation, i);
                               return true;
                           }});
    }
    const std::vector<double> found = evaluator.klOfEach(model, firstOf(samples), changes, progress);
    std::vector<double> gains(table.rows.size());
    for (std::size_t i = 0; i < changes.size(); ++i) gains[changes[i].matrix] = std::max(0.0, found[i]) / noiseEnergy;
    return gains;
}

}  // namespace dq::flow

#include "core/measure/weights_pass.hpp"

#include <algorithm>
#include <vector>

namespace dq::measure {

namespace {

constexpr std::int64_t slabWeights = std::int64_t{1} << 24;

void show(const model::Model& model, std::size_t index, const std::function<void(const FisherSlab&)>& onSlab) {
    const model::WeightMatrix& matrix = model.matrices()[index];
    const std::int64_t most = std::clamp<std::int64_t>(slabWeights / matrix.cols, 1, matrix.rows);
    const std::vector<float> nothing(static_cast<std::size_t>(most * matrix.cols));
    std::vector<float> weights(nothing.size());
    for (std::int64_t first = 0; first < matrix.rows; first += most) {
        const std::int64_t rows = std::min(most, matrix.rows - first);
        const auto count = static_cast<std::size_t>(rows * matrix.cols);
        model.tensor(matrix).rowsTo(first, rows, std::span(weights).first(count));
        onSlab({.matrix = index,
                .firstRow = first,
                .rows = rows,
                .weights = std::span(weights).first(count),
                .fisher = std::span(nothing).first(count),
                .inputMoment = std::span(nothing).first(static_cast<std::size_t>(matrix.cols))});
    }
}

}  // namespace

std::vector<FisherUnit> WeightsPass::units(const model::Model& model) const {
    std::vector<FisherUnit> units;
    const auto matrices = model.matrices();
    for (std::size_t i = 0; i < matrices.size(); ++i) {
        const std::string name = matrices[i].block < 0 ? "outside" : "layers." + std::to_string(matrices[i].block);
        const auto same = std::ranges::find(units, name, &FisherUnit::name);
        if (same == units.end())
            units.push_back({name, {i}});
        else
            same->matrices.push_back(i);
    }
    return units;
}

void WeightsPass::run(const model::Model& model, const text::Samples&, const FisherOptions&, const Resume& resume,
                      const std::function<void(const FisherSlab&)>& onSlab,
                      const std::function<void(const FisherUnit&, std::span<const float>, double)>& onUnit, const Progress& progress) {
    const std::int64_t total = std::ssize(model.matrices());
    std::int64_t done = 0;
    for (const FisherUnit& unit : units(model)) {
        const bool finished = resume.finished(unit.name);
        for (const std::size_t index : unit.matrices) {
            progress.checkpoint();
            if (!finished) show(model, index, onSlab);
            progress.report({.phase = "weights", .done = ++done, .total = total, .unit = unit.name});
        }
        if (!finished) onUnit(unit, {}, 0);
    }
}

text::Samples noSamples() {
    text::Samples samples;
    samples.source = "none";
    samples.fingerprint = "none";
    return samples;
}

}  // namespace dq::measure

#include "core/flow/trials.hpp"

#include <algorithm>

#include "core/export/rounded.hpp"
#include "core/format/format.hpp"
#include "core/measure/inputs.hpp"
#include "core/store/trials.hpp"

namespace dq::flow {

namespace {

/// Each run of the evaluator begins with the original, which should cost little beside them.
constexpr std::size_t Together = 64;

evaluate::WeightSource roundedTo(const format::Format& format, std::shared_ptr<const measure::Inputs> inputs) {
    return [format, inputs](const model::WeightMatrix& matrix, std::span<const float> original, std::span<float> weights) {
        const std::vector<float> rounded =
            exporting::rounded(original, matrix.rows, matrix.cols, format, inputs->of(matrix.name, format));
        std::copy(rounded.begin(), rounded.end(), weights.begin());
        return true;
    };
}

}  // namespace

void tryEach(const model::Model& model, std::shared_ptr<const measure::Measurements> table, const text::Samples& samples,
             std::span<Tried> cells, const std::filesystem::path& cache, evaluate::Evaluator& evaluator, const Progress& progress) {
    const store::Trials kept(cache, table->key.hex(), samples.fingerprint);
    store::Trials::Kl known = kept.read();
    const auto nameOf = [&](const Tried& cell) { return std::pair{table->rows[cell.matrix].name, table->formats[cell.format]}; };
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (!known.contains(nameOf(cells[i]))) missing.push_back(i);
    const auto inputs = std::make_shared<const measure::Inputs>(table);
    for (std::size_t first = 0; first < missing.size(); first += Together) {
        const auto some = std::span(missing).subspan(first, std::min(Together, missing.size() - first));
        std::vector<evaluate::Change> changes;
        for (const std::size_t i : some)
            changes.push_back({cells[i].matrix, roundedTo(format::get(table->formats[cells[i].format]), inputs)});
        const std::vector<double> found = evaluator.klOfEach(model, samples, changes, progress);
        for (std::size_t i = 0; i < some.size(); ++i) known[nameOf(cells[some[i]])] = found[i];
        kept.write(known);
    }
    for (Tried& cell : cells) cell.kl = known.at(nameOf(cell));
}

}  // namespace dq::flow

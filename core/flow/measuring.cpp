#include "core/flow/measuring.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/base/error.hpp"
#include "core/export/imatrix.hpp"
#include "core/flow/noise.hpp"
#include "core/measure/command.hpp"
#include "core/measure/hessian_size.hpp"
#include "core/measure/weights_pass.hpp"
#include "core/store/store.hpp"
#include "core/text/calibration.hpp"

namespace dq::flow {

text::Samples readSamples(const model::Model& model, const std::filesystem::path& file,
                          const text::SampleOptions& options) {
    const auto tokenizer = [&model] { return text::Tokenizer::of(model.checkpoint()); };
    return text::readCalibration(file, tokenizer, options, model.architecture().vocabulary);
}

namespace {

/// A table is measured again where somebody removed what was kept beside it.
bool isWhole(const store::Beside& beside, const model::Model& model) {
    return std::ranges::all_of(model.matrices(),
                               [&](const model::WeightMatrix& matrix) { return beside.has(matrix.name, matrix.block); });
}

void announce(const MeasureRequest& request, const store::Beside& beside, const model::Model& model) {
    if (beside.needsHessians && request.onHessians) request.onHessians(measure::hessianBytes(model));
    if (beside.needsSensitivities && request.onSensitivities) request.onSensitivities(model.weights());  // one byte each
}

std::optional<std::filesystem::path> remembered(const store::Store& store, measure::Key key, const model::Model& model) {
    for (const bool peers : {key.peers, true}) {
        key.peers = peers;
        const auto known = store.find(key);
        if (known && isWhole(store.beside(key), model)) return known;
    }
    return {};
}

std::shared_ptr<const measure::Measurements> withNoise(const measure::Measurements& table, const model::Model& model,
                                                       const text::Samples& samples, evaluate::Evaluator& evaluator,
                                                       const Progress& progress) {
    auto filled = std::make_shared<measure::Measurements>(table);
    const std::vector<double> gains = noiseGains(model, table, samples, evaluator, progress);
    for (std::size_t i = 0; i < gains.size(); ++i) filled->rows[i].peer.noiseGain = gains[i];
    return filled;
}

/// What `dynaquant-cli measure` must be told to come to the same key.
store::Asked askedOf(const MeasureRequest& request, const model::Model& model, const text::Samples& samples,
                     const measure::MeasureOptions& options, const measure::FisherPass& pass, const measure::Key& key) {
    std::vector<std::string> words = measure::optionsOf(model, samples, options);
    if (options.palette != measure::measuredByDefault) words.insert(words.end(), {"--formats", options.palette});
    if (options.importance) words.insert(words.end(), {"--importance", std::filesystem::absolute(request.importance).string()});
    const std::filesystem::path calibration = model.architecture().runnable() ? std::filesystem::absolute(request.calibration) : "";
    return store::askedOf(key, calibration, std::move(words), std::ssize(pass.units(model)));
}

/// The table where there is one, else what is missing of it.
MeasureResult found(const MeasureRequest& request, const model::Model& model, const text::Samples& samples,
                    const measure::MeasureOptions& options, measure::FisherPass& pass,
                    const std::function<void(const measure::MatrixRow&)>& onRow, const Progress& progress) {
    const measure::Key key = measure::keyOf(model, samples, options, pass);
    const store::Store store(request.cache);
    if (const auto known = remembered(store, key, model)) {
        const auto table = store::Store::read(*known);
        for (const measure::MatrixRow& row : table->rows) onRow(row);
        return {*known, table, true};
    }
    announce(request, store.beside(key), model);
    const auto notebook = store.notebook(key);
    store.keepAsked(askedOf(request, model, samples, options, pass, key));
    auto table = measure::measure(model, samples, options, pass, *notebook, onRow, progress);
    if (options.fisher.peers && request.evaluator && !table->weightsOnly()) table = withNoise(*table, model, samples, *request.evaluator, progress);
    return {store.write(*table), table, false};
}

/// A model that is not understood: no text is read, and no option about texts makes a difference.
MeasureResult measureWeights(const MeasureRequest& request, const model::Model& model,
                             const std::function<void(const measure::MatrixRow&)>& onRow, const Progress& progress) {
    measure::WeightsPass weights;
    return found(request, model, measure::noSamples(), {.window = 0, .fisher = {.seed = 0, .peers = request.fisher.peers}}, weights, onRow,
                 progress);
}

}  // namespace

MeasureResult measure(const MeasureRequest& request, measure::FisherPass& pass,
                      const std::function<void(const measure::MatrixRow&)>& onRow, const Progress& progress) {
    const auto model = model::Model::open(request.model);
    if (!model->architecture().runnable()) return measureWeights(request, *model, onRow, progress);
    const text::Samples samples = readSamples(*model, request.calibration, request.samples);
    const measure::MeasureOptions options{.window = request.samples.window,
                                          .fisher = request.fisher,
                                          .palette = request.formats,
                                          .importance = request.importance.empty() ? nullptr : exporting::readImatrix(*model, request.importance),
                                          .documents = request.samples.separator,
                                          .tokens = request.samples.tokens};
    return found(request, *model, samples, options, pass, onRow, progress);
}

std::shared_ptr<const measure::Measurements> newestTable(const model::Model& model,
                                                         const std::filesystem::path& cache) {
    const store::Store store(cache);
    const std::string fingerprint = model.checkpoint().fingerprint();
    if (const auto found = store.newest(fingerprint)) return store::Store::read(*found);
    const std::string advice = ": run dynaquant-cli measure " + model.checkpoint().path().string() + " --calibration FILE";
    if (const auto other = store.newestOfOtherQuantizers(fingerprint))
        throw Error(Kind::Input, other->string() + ": was measured by a version of DynaQuant whose quantizers write other bytes, and " +
                                     model.checkpoint().name() + " has no table of this one's" + advice);
    throw Error(Kind::Input, model.checkpoint().name() + " has not been measured yet (nothing in " + cache.string() + ")" + advice);
}

}  // namespace dq::flow

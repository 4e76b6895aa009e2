#include "core/flow/measuring.hpp"

#include <algorithm>

#include "core/base/error.hpp"
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

/// The table where there is one, else what is missing of it.
MeasureResult found(const MeasureRequest& request, const model::Model& model, const text::Samples& samples,
                    const measure::MeasureOptions& options, measure::FisherPass& pass,
                    const std::function<void(const measure::MatrixRow&)>& onRow, const Progress& progress) {
    const measure::Key key = measure::keyOf(model, samples, options, pass);
    const store::Store store(request.cache);
    const store::Beside beside = store.beside(key);
    const auto known = store.find(key);
    if (known && isWhole(beside, model)) {
        const auto table = store::Store::read(*known);
        for (const measure::MatrixRow& row : table->rows) onRow(row);
        return {*known, table, true};
    }
    announce(request, beside, model);
    const auto notebook = store.notebook(key);
    const auto table = measure::measure(model, samples, options, pass, *notebook, onRow, progress);
    return {store.write(*table), table, false};
}

/// A model that is not understood: no text is read, and no option about texts makes a difference.
MeasureResult measureWeights(const MeasureRequest& request, const model::Model& model,
                             const std::function<void(const measure::MatrixRow&)>& onRow, const Progress& progress) {
    measure::WeightsPass weights;
    return found(request, model, measure::noSamples(), {.window = 0, .fisher = {.seed = 0}}, weights, onRow, progress);
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

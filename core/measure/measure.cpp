#include "core/measure/measure.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"
#include "core/base/version.hpp"
#include "core/measure/command.hpp"
#include "core/measure/feedbacks.hpp"
#include "core/measure/matrix_score.hpp"
#include "kernels/revision.hpp"
#include "kernels/sensitivity.hpp"

namespace dq::measure {

namespace {

std::vector<format::Format> formatsOf(const MeasureOptions& options) {
    std::vector<format::Format> formats;
    for (const std::string& name : format::palette(options.palette).formats)
        formats.push_back(format::get(name));
    return formats;
}

bool needHessians(const std::vector<format::Format>& formats) {
    return std::any_of(formats.begin(), formats.end(), [](const format::Format& one) { return one.needsHessian(); });
}

std::string joined(const std::vector<format::Format>& formats) {
    std::string names;
    for (const format::Format& format : formats)
        names += (names.empty() ? "" : ",") + format.name;
    return names;
}

/// The rows of the table as they come in, in whatever order, and the matrices that are between their first
/// and last slab.
class Gatherer {
public:
    Gatherer(const model::Model& model, const MeasureOptions& options, Notebook& notebook,
             const std::function<void(const MatrixRow&)>& onRow)
        : model_(model),
          notebook_(notebook),
          onRow_(onRow),
          formats_(formatsOf(options)),
          needHessians_(needHessians(formats_)),
          peers_(options.fisher.peers),
          importance_(options.importance),
          needSensitivities_(model.architecture().runnable() && std::ranges::any_of(formats_, &format::Format::needsSensitivities)),
          rows_(model.matrices().size()) {}

    void take(FisherSlab slab) {
        auto open = open_.find(slab.matrix);
        if (open == open_.end())
            open = open_.try_emplace(slab.matrix, model_, model_.matrices()[slab.matrix], formats_, peers_).first;
        if (const std::vector<float>* const given = givenFor(slab)) slab.inputMoment = *given;
        open->second.add(slab, {feedbackFor(slab), peers_ ? pivots_.of(slab.input, slab.hessian, model_.matrices()[slab.matrix].cols) : nullptr});
        if (!needSensitivities_) return;
        const auto codes = kernels::sensitivitiesOf(slab.fisher, model_.matrices()[slab.matrix].cols);
        auto& all = sensitivities_[slab.matrix];
        all.insert(all.end(), codes.begin(), codes.end());
    }

    void finish(const FisherUnit& unit, std::span<const float> boundary, double loss) {
        std::vector<MatrixRow> rows;
        for (const std::size_t matrix : unit.matrices) {
            const auto open = open_.find(matrix);
            if (open == open_.end())
                throw Error(Kind::Corrupt, "matrix " + model_.matrices()[matrix].name +
                                               ": the pass brought none of its rows");
            rows.push_back(open->second.finish());
            open_.erase(open);
            if (const auto codes = sensitivities_.extract(matrix))
                notebook_.keepSensitivities(rows.back().name, rows.back().rows, rows.back().cols, codes.mapped());
        }
        notebook_.keep(unit, rows, boundary, loss);
        place(unit, std::move(rows));
    }

    void recall(const FisherUnit& unit) { place(unit, notebook_.rows(unit)); }

    std::vector<MatrixRow> taken() {
        for (std::size_t i = 0; i < rows_.size(); ++i)
            if (rows_[i].name.empty())
                throw Error(Kind::Corrupt, "matrix " + model_.matrices()[i].name + ": the pass left it out");
        return std::move(rows_);
    }

    std::vector<std::string> formatNames() const {
        std::vector<std::string> names;
        for (const format::Format& format : formats_)
            names.push_back(format.name);
        return names;
    }

private:
    const std::vector<float>* givenFor(const FisherSlab& slab) const {
        if (!importance_) return nullptr;
        const auto found = importance_->moments.find(model_.matrices()[slab.matrix].name);
        return found == importance_->moments.end() ? nullptr : &found->second;
    }

    std::shared_ptr<const kernels::Feedback> feedbackFor(const FisherSlab& slab) {
        const model::WeightMatrix& matrix = model_.matrices()[slab.matrix];
        if (!needHessians_ || slab.input.empty()) return nullptr;
        if (slab.firstRow == 0) {
            const bool own = slab.input == matrix.name;
            notebook_.keepHessian(matrix.name, slab.input, matrix.cols, own ? slab.hessian : std::span<const float>());
        }
        return feedbacks_.of(slab.input, slab.hessian, matrix.cols);
    }

    void place(const FisherUnit& unit, std::vector<MatrixRow> rows) {
        if (rows.size() != unit.matrices.size())
            throw Error(Kind::Corrupt, "unit " + unit.name + ": " + std::to_string(rows.size()) +
                                           " rows were kept for its " + std::to_string(unit.matrices.size()) +
                                           " matrices");
        for (std::size_t i = 0; i < rows.size(); ++i) {
            requireFits(rows[i], model_.matrices()[unit.matrices[i]]);
            if (onRow_) onRow_(rows[i]);
            rows_[unit.matrices[i]] = std::move(rows[i]);
        }
    }

    void requireFits(const MatrixRow& row, const model::WeightMatrix& matrix) const {
        if (row.name != matrix.name || row.rows != matrix.rows || row.cols != matrix.cols ||
            row.errors.size() != formats_.size())
            throw Error(Kind::Corrupt,
                        "matrix " + matrix.name + ": the row that was kept for it is of " + row.name);
    }

    const model::Model& model_;
    Notebook& notebook_;
    const std::function<void(const MatrixRow&)>& onRow_;
    std::vector<format::Format> formats_;
    bool needHessians_, peers_;
    std::shared_ptr<const Importance> importance_;
    bool needSensitivities_;
    std::vector<MatrixRow> rows_;
    std::map<std::size_t, MatrixScore> open_;
    std::map<std::size_t, std::vector<std::uint8_t>> sensitivities_;  // of the open ones
    Feedbacks feedbacks_;
    Pivots pivots_;
};

}  // namespace

Key keyOf(const model::Model& model, const text::Samples& samples, const MeasureOptions& options,
          const FisherPass& pass) {
    return {.model = model.checkpoint().fingerprint(),
            .calibration = samples.fingerprint,
            .labels = !model.architecture().runnable() ? weightsOnlyLabels : options.fisher.sampledLabels ? "sampled" : "data",
            .seed = options.fisher.seed,
            .window = options.window,
            .formats = joined(formatsOf(options)),
            .tool = toolVersion,
            .arithmetic = pass.arithmetic(),
            .quantizers = kernels::quantizerRevision,
            .peers = options.fisher.peers,
            .importance = options.importance ? options.importance->fingerprint : std::string()};
}

std::shared_ptr<const Measurements> measure(const model::Model& model, const text::Samples& samples,
                                            const MeasureOptions& options, FisherPass& pass,
                                            Notebook& notebook,
                                            const std::function<void(const MatrixRow&)>& onRow,
                                            const Progress& progress) {
    Gatherer gatherer(model, options, notebook, onRow);
    FisherOptions fisher = options.fisher;
    fisher.hessians = needHessians(formatsOf(options)) || fisher.peers;
    bool unfinished = false;
    for (const FisherUnit& unit : pass.units(model)) {
        if (notebook.finished(unit.name))
            gatherer.recall(unit);
        else
            unfinished = true;
    }
    if (unfinished) {
        checkpoint::requireFinite(model.checkpoint(), model.passthrough());  // before hours of work
        pass.run(
            model, samples, fisher, notebook, [&](const FisherSlab& slab) { gatherer.take(slab); },
            [&](const FisherUnit& unit, std::span<const float> boundary, double loss) {
                gatherer.finish(unit, boundary, loss);
            },
            progress);
    }
    auto table = std::make_shared<Measurements>();
    table->key = keyOf(model, samples, options, pass);
    table->modelName = model.checkpoint().name();
    table->calibrationSource = samples.source;
    table->calibrationTokens = samples.predictedCount();
    table->calibrationSequences = std::ssize(samples.sequences);
    table->calibrationLoss = notebook.loss().value_or(0);
    table->passthroughBytes = model.passthroughBytes();
    table->command = commandOf(model, samples, options);
    table->formats = gatherer.formatNames();
    table->rows = gatherer.taken();
    return table;
}

}  // namespace dq::measure

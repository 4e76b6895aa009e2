#include "core/flow/finding.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include "core/base/error.hpp"
#include "core/export/dequantized.hpp"
#include "core/export/rounded.hpp"
#include "core/flow/allocating.hpp"
#include "core/flow/evaluating.hpp"
#include "core/flow/sensitivities.hpp"
#include "core/quality/agreement.hpp"
#include "core/quality/rotation.hpp"

namespace dq::flow {

namespace {

using report::Findings;

constexpr const char* aloneFormats = "int2-g32,int3-g32,int4-g32";
constexpr const char* eight = "fp8-e4m3";
/// What the model is rounded to before its sensitivities are measured again: the published 4 bits.
constexpr const char* refinedFormat = "int4-g32";
constexpr std::array widths{2, 3, 4, 5, 6, 7, 8, 10, 12};

std::string integer(int bits) {
    return "int" + std::to_string(bits) + "-g32";
}

std::string integers(int from, const char* last = "") {
    std::string names;
    for (const int bits : widths)
        if (bits >= from) names += integer(bits) + ",";
    return names + (*last ? last : "bf16");
}

/// Removed at the end, with what is in it.
class Scratch {
public:
    Scratch() : path_(std::filesystem::temp_directory_path() / ("dynaquant-findings-" + std::to_string(::getpid()))) {}
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// A matrix rounded on turned rows and turned back, and how far off that is.
struct Turned {
    format::Format format;
    std::int64_t block = 0;                                              // as Findings::Rotation
    std::shared_ptr<std::map<std::string, std::pair<double, double>>> errors;  // squared error and squared weights by matrix

    bool operator()(const model::WeightMatrix& matrix, std::span<const float> original, std::span<float> weights) const {
        const std::int64_t size = block < 0 ? quality::largestRotation(matrix.cols) : block;
        std::vector<float> turned(original.begin(), original.end());
        if (size > 0) quality::rotateRows(turned, matrix.cols, size);
        turned = exporting::rounded(turned, matrix.rows, matrix.cols, format);
        if (size > 0) quality::rotateRowsBack(turned, matrix.cols, size);
        double off = 0, all = 0;
        for (std::size_t i = 0; i < turned.size(); ++i) {
            const auto w = static_cast<double>(original[i]), d = static_cast<double>(turned[i]) - w;
            off += d * d;
            all += w * w;
        }
        (*errors)[matrix.name] = {off, all};
        std::copy(turned.begin(), turned.end(), weights.begin());
        return true;
    }
};

class Finder {
public:
    Finder(const FindRequest& request, measure::FisherPass& pass, evaluate::Evaluator& evaluator, const Progress& progress)
        : request_(request), pass_(pass), evaluator_(evaluator), progress_(progress), model_(model::Model::open(request.measure.model)) {
        model_->requireRunnable();
        if (const auto damaged = model::notFinite(*model_); !damaged.empty())
            throw Error(Kind::Input, model::sentenceOf(*model_, damaged.front()) + ": nothing can be found out about such a model");
        calibration_ = readSamples(*model_, request_.measure.calibration, request_.measure.samples);
        samples_ = readSamples(*model_, request_.text, request_.samples);
    }

    Findings run() {
        begin();
        sensitivities_ = sensitivitiesOf(*model_, calibration_, request_.measure.fisher, pass_, progress_);
        addAlone();
        addRefined();
        table_ = measured(integers(2, "bf16,nvfp4,") + eight);
        addSpectrum();
        addRotations();
        addKnees();
        addExperts();
        return std::move(found_);
    }

private:
    void begin() {
        found_.model = model_->checkpoint().name();
        found_.calibration = calibration_.source;
        found_.text = samples_.source;
        found_.matrices = std::ssize(model_->matrices());
        found_.weights = model_->weights();
        found_.calibrationTokens = calibration_.tokenCount();
        found_.documents = std::ssize(samples_.sequences);
        found_.tokens = samples_.predictedCount();
    }

    std::shared_ptr<const measure::Measurements> measured(const std::string& formats) {
        MeasureRequest request = request_.measure;
        request.formats = formats;
        request.cache /= "findings";
        return measure(request, pass_, [](const measure::MatrixRow&) {}, progress_).measurements;
    }

    void addAlone() {
        CorrelateRequest request{.measure = request_.measure, .text = request_.text, .samples = request_.samples};
        request.measure.formats = aloneFormats;
        const Correlation seen = correlate(request, pass_, evaluator_, progress_);
        found_.aloneFormats = seen.table->formats;
        found_.rules = {ruleOf("trace times mean square", seen, &Sensitivity::traceTimesMeanSquare),
                        ruleOf("sum of h w^2", seen, [](const Sensitivity& one) { return one.weighted; })};
        for (const MetricScore& score : seen.metrics)
            found_.rules.push_back({std::string(quality::metricName(score.metric)), score.within, score.all, score.ratio});
        for (std::size_t i = 0; i < seen.tried.size(); ++i) {
            const Tried& one = seen.tried[i];
            found_.alone.push_back({seen.table->rows[one.matrix].name, sensitivities_[one.matrix].traceTimesMeanSquare(),
                                    seen.table->rows[one.matrix].errors[one.format].fisher, one.format, one.kl});
        }
    }

    Findings::Rule ruleOf(std::string name, const Correlation& seen, const auto& of) const {
        Findings::Rule rule{std::move(name), {}, {}, {}};
        for (std::size_t format = 0; format < seen.table->formats.size(); ++format) {
            std::vector<double> said, kl;
            for (const Tried& one : seen.tried)
                if (one.format == format) said.push_back(std::invoke(of, sensitivities_[one.matrix])), kl.push_back(one.kl);
            rule.within.push_back(quality::spearman(said, kl));
        }
        return rule;
    }

    void addRefined() {
        const auto matrices = model_->matrices();
        const Scratch scratch;
        const auto table = measured(refinedFormat);
        exporting::writeDequantized(*model_, allocate(*table, refinedFormat, quality::Metric::FisherDiagonal, ByFormat{refinedFormat}),
                                    scratch.path(), {}, progress_);
        const auto rounded = model::Model::open(scratch.path());
        const auto after = sensitivitiesOf(*rounded, calibration_, request_.measure.fisher, pass_, progress_);
        Findings::Refined refined{.format = refinedFormat, .spearman = 0, .before = {}, .after = {}};
        for (std::size_t i = 0; i < after.size(); ++i) {
            refined.before.push_back(sensitivities_[i].traceTimesMeanSquare());
            refined.after.push_back(after[rounded->indexOf(matrices[i].name).value()].traceTimesMeanSquare());
        }
        refined.spearman = quality::spearman(refined.before, refined.after);
        found_.refined = std::move(refined);
    }

    std::vector<evaluate::Interval> klOf(std::span<const Turned> all) {
        std::vector<evaluate::WeightSource> sources(all.begin(), all.end());
        std::vector<evaluate::Interval> found;
        for (const evaluate::WeightSource& source : sources)
            found.push_back(evaluate::evaluationOf(evaluator_.scores(*model_, samples_, &source, progress_), true).kl.value());
        return found;
    }

    static Turned turned(const std::string& format, std::int64_t block) {
        return {format::get(format), block, std::make_shared<std::map<std::string, std::pair<double, double>>>()};
    }

    Findings::Uniform uniformOf(const std::string& format, double bits, const evaluate::Interval& kl) const {
        const auto f = static_cast<std::size_t>(std::ranges::find(table_->formats, format) - table_->formats.begin());
        Findings::Uniform one{.format = format, .bits = bits, .bitsPerWeight = 0, .predicted = 0, .kl = kl};
        Bytes bytes = 0;
        for (const measure::MatrixRow& row : table_->rows) {
            bytes += row.bytes.at(f);
            one.predicted += row.errors.at(f).fisher;
        }
        one.bitsPerWeight = 8.0 * static_cast<double>(bytes) / static_cast<double>(model_->weights());
        return one;
    }

    void addSpectrum() {
        std::vector<Turned> all;
        for (const int bits : widths) all.push_back(turned(integer(bits), 0));
        all.push_back(turned(eight, 0));
        const auto kl = klOf(all);
        for (std::size_t i = 0; i < widths.size(); ++i) found_.spectrum.push_back(uniformOf(integer(widths[i]), widths[i], kl[i]));
        found_.eight = uniformOf(eight, 8, kl.back());
    }

    void addRotations() {
        std::vector<Turned> all;
        for (const auto& [format, small] : {std::pair{"nvfp4", 16}, std::pair{"mxfp4", 32}, std::pair{"int4-g32", 32}})
            for (const int block : {0, small, -1}) all.push_back(turned(format, block));
        const auto kl = klOf(all);
        for (std::size_t i = 0; i < all.size(); ++i) {
            double off = 0, whole = 0;
            for (const auto& [name, errors] : *all[i].errors) off += errors.first, whole += errors.second;
            found_.rotations.push_back({all[i].format.name, all[i].block, whole > 0 ? off / whole : 0, kl[i]});
        }
    }

    double bitsAt(const allocate::Front& front, bool logLoss) const {
        return front.problem().bitsPerWeight(front.vertices()[front.knee(logLoss).vertex].bytes);
    }

    void addKnees() {
        const std::pair<std::string, std::string> ranges[]{{"4, 8, 16", integer(4) + "," + integer(8) + ",bf16"},
                                                           {"4 to 16", integers(4)},
                                                           {"3 to 16", integers(3)},
                                                           {"2 to 16", integers(2)}};
        for (const auto& [name, palette] : ranges) {
            const auto front = frontOf(*table_, palette, quality::Metric::FisherDiagonal);
            found_.knees.push_back({name, bitsAt(*front, false), bitsAt(*front, true)});
        }
    }

    void addExperts() {
        const auto matrices = model_->matrices();
        if (std::ranges::none_of(matrices, [](const auto& one) { return one.expert >= 0; })) return;
        const auto front = frontOf(*table_, integers(2), quality::Metric::FisherDiagonal);
        const allocate::Choice choice = front->atVertex(front->knee().vertex);
        const auto middle = static_cast<std::size_t>(std::ranges::find(table_->formats, integer(4)) - table_->formats.begin());
        double weights[2]{}, bits[2]{}, loss[2]{};
        for (std::size_t i = 0; i < matrices.size(); ++i) {
            const measure::MatrixRow& row = table_->rows[i];
            const std::size_t side = matrices[i].expert >= 0 ? 1 : 0;
            const format::Format& format = format::get(front->problem().formats[static_cast<std::size_t>(choice.formats[i])]);
            weights[side] += static_cast<double>(row.weights());
            bits[side] += 8.0 * static_cast<double>(format.bytes(row.rows, row.cols));
            loss[side] += row.errors[middle].fisher;
        }
        found_.experts = Findings::Experts{static_cast<std::int64_t>(weights[1]), bits[1] / weights[1], bits[0] / weights[0],
                                           1e9 * loss[1] / weights[1], 1e9 * loss[0] / weights[0]};
    }

    FindRequest request_;
    measure::FisherPass& pass_;
    evaluate::Evaluator& evaluator_;
    const Progress& progress_;
    std::shared_ptr<const model::Model> model_;
    text::Samples calibration_, samples_;
    std::vector<Sensitivity> sensitivities_;
    std::shared_ptr<const measure::Measurements> table_;
    Findings found_;
};

}  // namespace

report::Findings find(const FindRequest& request, measure::FisherPass& pass, evaluate::Evaluator& evaluator, const Progress& progress) {
    return Finder(request, pass, evaluator, progress).run();
}

}  // namespace dq::flow

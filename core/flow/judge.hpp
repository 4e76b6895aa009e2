#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/evaluate/evaluation.hpp"
#include "core/flow/allocating.hpp"
#include "core/model/finite.hpp"

namespace dq::flow {

/// One recipe that was run: what was said of it and what it does.
struct MeasuredPoint {
    std::string name;  // "front", or the one format of all matrices
    recipe::Recipe recipe;
    double corrected = 0;  // what a correction makes of its prediction
    evaluate::Evaluation evaluation;

    double measured() const { return evaluation.kl->mean; }
};

/// A model, its newest table and a text: what it takes to say of any choice what it really does.
class Judge {
public:
    Judge(const std::filesystem::path& model, const std::filesystem::path& text, const text::SampleOptions& samples,
          std::filesystem::path cache, evaluate::Evaluator& evaluator, const Progress& progress);

    const measure::Measurements& table() const { return *table_; }
    const std::string& text() const { return samples_.source; }

    /// Not measured yet. Throws Error(Input) where the choice quantizes a matrix that holds NaN or infinity.
    MeasuredPoint pointOf(const allocate::Problem& problem, const allocate::Choice& choice, std::string name, quality::Metric metric) const;
    /// All of them in as few walks through the model as memory allows.
    void measure(std::span<MeasuredPoint> points) const;
    /// The KL of each choice with the signs of its rounding errors drawn anew, so many times.
    std::vector<std::vector<double>> klOfDraws(std::span<const MeasuredPoint> points, int draws) const;

private:
    std::shared_ptr<const model::Model> model_;
    std::vector<model::NotFinite> damaged_;
    std::shared_ptr<const measure::Measurements> table_;
    text::Samples samples_;
    std::filesystem::path cache_;
    evaluate::Evaluator& evaluator_;
    const Progress& progress_;
};

}  // namespace dq::flow

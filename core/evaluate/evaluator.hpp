#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/base/progress.hpp"
#include "core/model/model.hpp"
#include "core/text/samples.hpp"

namespace dq::evaluate {

/// One sequence under one set of weights: sums over its predicted tokens, and the tokens themselves.
struct SequenceScore {
    std::int64_t tokens = 0;
    double loss = 0;         // sum of cross-entropy of the evaluated weights, nats
    double kl = 0;           // sum of KL(original || evaluated), nats; 0 where the original itself is evaluated
    double originalLoss = 0; // sum of cross-entropy of the original weights
    std::int64_t sameTop = 0;  // tokens whose most likely next token is the original's
    std::vector<float> tokenLoss = {}, tokenOriginalLoss = {}, tokenKl = {};  // one for each predicted token
};
using Scores = std::vector<SequenceScore>;  // one a sequence

/// Writes the weights [rows, cols] a matrix is to be evaluated with; returns false to keep the original's.
using WeightSource = std::function<bool(const model::WeightMatrix& matrix, std::span<const float> original, std::span<float> weights)>;

/// One matrix with other weights while all others keep the original's.
struct Change {
    std::size_t matrix = 0;  // index into Model::matrices()
    WeightSource weights;
};

/// Where what the original's last block gives is kept between runs, so that another run costs the evaluated weights alone.
struct Keepsake {
    /// [positions, hidden] of the same model and samples, or nothing. `count` is what it must hold.
    std::function<std::optional<std::vector<float>>(std::int64_t count)> find;
    std::function<void(std::span<const float>)> keep;
};

/// Runs the model over samples, block by block: implemented in core/torch.
class Evaluator {
public:
    virtual ~Evaluator() = default;

    /// One answer for every source, all of them in one walk through the checkpoint; without any, the original's own.
    /// Throws Error(Corrupt) where a loss is not finite.
    virtual std::vector<Scores> scores(const model::Model& model, const text::Samples& samples, std::span<const WeightSource> sources,
                                       const Keepsake* original, const Progress& progress) = 0;

    /// Mean KL(original || changed) of the predicted tokens, in nats, for every change. The original runs once, and a change only
    /// from its matrix on. Throws Error(Corrupt) naming the matrix where it is not finite.
    virtual std::vector<double> klOfEach(const model::Model& model, const text::Samples& samples, std::span<const Change> changes,
                                         const Progress& progress) = 0;

    Scores scores(const model::Model& model, const text::Samples& samples, const WeightSource* source, const Progress& progress) {
        const std::span<const WeightSource> sources = source ? std::span(source, 1) : std::span<const WeightSource>();
        return std::move(scores(model, samples, sources, nullptr, progress).front());
    }
};

}  // namespace dq::evaluate

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/progress.hpp"
#include "core/model/model.hpp"
#include "core/text/samples.hpp"

namespace dq::evaluate {

/// Sums over the predicted tokens of one sequence.
struct SequenceScore {
    std::int64_t tokens = 0;
    double loss = 0;         // sum of cross-entropy of the evaluated weights, nats
    double kl = 0;           // sum of KL(original || evaluated), nats; 0 where the original itself is evaluated
    double originalLoss = 0; // sum of cross-entropy of the original weights
    std::int64_t sameTop = 0;  // tokens whose most likely next token is the original's
};

/// Writes the weights [rows, cols] a matrix is to be evaluated with; returns false to keep the original's.
using WeightSource = std::function<bool(const model::WeightMatrix& matrix, std::span<const float> original, std::span<float> weights)>;

/// One matrix with other weights while all others keep the original's.
struct Trial {
    std::size_t matrix = 0;  // index into Model::matrices()
    WeightSource weights;
};

/// Runs the model over samples, block by block: implemented in core/torch.
class Evaluator {
public:
    virtual ~Evaluator() = default;
    /// Without a source the original alone is run. Throws Error(Corrupt) where a loss is not finite.
    virtual std::vector<SequenceScore> scores(const model::Model& model, const text::Samples& samples, const WeightSource* source,
                                              const Progress& progress) = 0;
    /// Mean KL(original || trial) of the predicted tokens, in nats, for every trial. The original runs once, and a trial only
    /// from its matrix on. Throws Error(Corrupt) naming the matrix where it is not finite.
    virtual std::vector<double> klOfEach(const model::Model& model, const text::Samples& samples, std::span<const Trial> trials,
                                         const Progress& progress) = 0;
};

}  // namespace dq::evaluate

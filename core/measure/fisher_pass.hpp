#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.hpp"
#include "core/model/model.hpp"
#include "core/text/samples.hpp"

namespace dq::measure {

/// What the scores of other tools need of some rows of one matrix beside the slab's numbers (measure/peer_sums.hpp), of the
/// matrix's rows 0, s, 2 s, ... with s = sampledStride(). With T, gy and x as there:
struct PeerSlab {
    std::span<const float> gradient = {};   // (1/T) sum_t gy_ti x_tj, [sampled rows, cols]
    std::span<const float> probes = {};     // (1/sqrt T) sum_t e_t gy_ti x_tj with random signs e, [probes, sampled rows, cols]; empty: the
                                            // input is one-hot, no two columns ever meet
    std::span<const float> inputMean = {};  // E[x_j], [cols]
    double sequenceTrace = 0;               // mean over sequences of ||d(mean loss of the sequence)/dW||^2, these rows' part of it
};

/// Some rows of one matrix as the backward pass saw them; valid during the call only.
struct FisherSlab {
    std::size_t matrix = 0;                // index into Model::matrices()
    std::int64_t firstRow = 0, rows = 0;
    std::span<const float> weights;        // [rows, cols], as float
    std::span<const float> fisher;         // h = (1/T) sum_t gy_ti^2 x_tj^2, [rows, cols]
    std::span<const float> inputMoment;    // E[x_j^2] over the T tokens, [cols]; for an embedding: of 1 (one-hot input)
    std::int64_t tokens = -1;              // that met the matrix; 0: an expert nobody was sent to, whose numbers are an estimate; -1: not said
    std::span<const float> hessian = {};   // E[x x^T] over the T tokens, [cols, cols]; empty: not asked for, or outside the blocks
    const PeerSlab* peers = nullptr;       // null: not asked for, or an expert nobody was sent to
    std::string input = {};                // whose Hessian it is: the first matrix that reads that input
};

/// Matrices that are finished together, and what a resumed pass needs to go on below them: a unit is the head, then
/// each block from the last to the first, then the embedding.
struct FisherUnit {
    std::string name;                      // "head", "layers.3", "embedding"
    std::vector<std::size_t> matrices;
};

struct FisherOptions {
    bool sampledLabels = true;             // from the model's own distribution, else the text's next token
    std::uint64_t seed = 1;
    bool hessians = false;                 // bring E[x x^T] of what the blocks' matrices read
    bool peers = false;                    // bring PeerSlabs
};

/// Where a pass leaves what it would have to compute again after a kill. Implemented by the store.
class Resume {
public:
    virtual ~Resume() = default;
    /// Units finished by an earlier run, always a prefix of the pass's order.
    virtual bool finished(const std::string& unit) const = 0;
    /// The gradient at the lower boundary of the last finished unit, all tokens in order, [T, hidden]; empty: none yet.
    virtual std::vector<float> boundary() const = 0;
    /// The mean loss found by the earlier run's head unit (needed when the head is not run again).
    virtual std::optional<double> loss() const = 0;
};

/// One forward and one backward pass over all samples, block by block: implemented in core/torch.
class FisherPass {
public:
    virtual ~FisherPass() = default;
    virtual std::vector<FisherUnit> units(const model::Model& model) const = 0;  // in the order they finish
    virtual std::string arithmetic() const = 0;                                  // part of the key

    /// onSlab is called for every slab of a unit that is not finished, then onUnit(unit, boundary gradient [T, hidden], mean loss).
    /// Throws Error(Corrupt) naming block and matrix where a gradient or the loss is not finite, Cancelled between sequences.
    virtual void run(const model::Model& model, const text::Samples& samples, const FisherOptions& options, const Resume& resume,
                     const std::function<void(const FisherSlab&)>& onSlab,
                     const std::function<void(const FisherUnit&, std::span<const float> boundary, double loss)>& onUnit,
                     const Progress& progress) = 0;
};

}  // namespace dq::measure

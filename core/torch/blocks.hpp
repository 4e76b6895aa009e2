#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <vector>

#include "core/base/progress.hpp"
#include "core/torch/batches.hpp"
#include "core/torch/memory.hpp"
#include "core/torch/peers.hpp"
#include "core/torch/tally.hpp"
#include "core/torch/weights.hpp"

namespace dq::torch_worker {

/// Everything a walk through the blocks of a model needs and does not change.
struct Stage {
    const model::Model& model;
    MatrixPlaces places;
    Layout layout;
    std::vector<Batch> batches;
    std::map<std::int64_t, Rotation> rotations;  // by length
    MemoryPlan memory;

    Stage(const model::Model& opened, const text::Samples& samples);
};

/// [positions, hidden]: what the first block reads.
at::Tensor embedded(const Stage& stage, const at::Tensor& embedding);
/// The same from the checkpoint: only the rows that are read leave it.
at::Tensor embeddedFrom(const Stage& stage, const model::WeightMatrix& embedding);

/// What is kept, beside the weights, while one batch goes through one block: its activations, and with
/// `graph` those the backward pass needs again. An upper estimate.
Bytes batchBytes(const Stage& stage, bool graph);

/// One block over all sequences, no graph: [positions, hidden] -> the same. Throws Error(Corrupt) naming the
/// block where an activation is not finite. The tally, where given, counts the tokens.
at::Tensor forwardBlock(const Stage& stage, std::int64_t block, const BlockWeights& weights,
                        const at::Tensor& input, const Progress& progress, Tally* tally);

/// What one matrix of a block has gathered.
struct MatrixSums {
    at::Tensor fisher;       // h [out, in]
    at::Tensor inputMoment;  // E[x_j^2] [in], over all tokens of the text: where none was sent to an expert it is 0
    std::int64_t tokens = 0;  // that met the matrix: all of them, but for an expert
    at::Tensor hessian;       // E[x x^T] [in, in]; undefined: not asked for, or another matrix of the same input has it
    PeerTensors peers;        // empty: not asked for, or not met
    std::size_t input = 0;    // whose Hessian is this matrix's, in the list; its own where none was gathered
};
struct BlockFisher {
    std::vector<MatrixSums> matrices;  // of the part, in the order of MatrixPlaces::blocks
    at::Tensor gradient;               // of the summed loss at the block's input, [positions, hidden]; of the first part
};

/// Matrices of a block whose sums are held at the same time: places in its list, the end not among them.
struct PartOfBlock {
    std::int64_t block = 0;
    std::size_t first = 0, end = 0;
    bool hessians = false;  // E[x x^T] is gathered too
    bool peers = false;     // and PeerTensors
};
/// A block in parts whose sums stay below the stage's limit, or have one matrix. What they gather does not depend on it.
std::vector<PartOfBlock> partsOf(const Stage& stage, std::int64_t block, const measure::FisherOptions& options);

/// Runs the block again from its input with a graph and sends `gradient` (at its output) back through it. The gradient below
/// comes with the first part.
BlockFisher backwardBlock(const Stage& stage, const PartOfBlock& part, const BlockWeights& weights, const at::Tensor& input,
                          const at::Tensor& gradient, const Progress& progress, Tally* tally);

/// What an expert would have gathered that the text never reached: as if one token had, with the mean Fisher information
/// and input of a token at the experts of the same role. Blind to the expert itself, and marked by tokens == 0.
class Reached {
public:
    void add(model::Role role, const MatrixSums& sums);
    MatrixSums estimate(const model::WeightMatrix& matrix) const;  // zeros where none of its role was reached

private:
    struct Mean {
        double tokens = 0, fisher = 0, moment = 0;
    };
    std::map<model::Role, Mean> roles_;
};

}  // namespace dq::torch_worker

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoint/checkpoint.hpp"
#include "core/model/architecture.hpp"

namespace dq::model {

/// What a matrix is for. Qkv and GateUp are several products in one matrix; the Shared and Expert roles are the feed-forward parts of a
/// mixture of experts, the Linear ones those of linear attention. Other: guessed from nothing, in a model that is not understood.
enum class Role {
    Q, K, V, O, Gate, Up, Down, Embedding, Head, Qkv, GateUp,
    ExpertGate, ExpertUp, ExpertDown, ExpertGateUp, SharedGate, SharedUp, SharedDown,
    LinearQkv, LinearZ, LinearB, LinearA, LinearQkvz, LinearBa, LinearOut, Other
};
constexpr int roleCount = static_cast<int>(Role::Other) + 1;
std::string_view roleName(Role role);                              // "q", "gate", "embedding"
std::optional<Role> roleOf(std::string_view name);

/// Tensors that the forward pass needs beside the weight matrices. They pass through.
enum class Piece {
    InputNorm, InputNormBias, PostNorm, PostNormBias, BeforeMlpNorm, AfterMlpNorm, QNorm, KNorm, Router, SharedGate,
    Convolution, StepBias, DecayLog, DeltaNorm, Bias, FinalNorm, FinalNormBias, Positions
};

struct Needed {
    std::string tensor;
    std::vector<std::int64_t> shape;
    Piece piece = Piece::Bias;
    int block = -1;
};

/// A weight matrix: what gets a format. y = W x with W [rows=out, cols=in]; the embedding is [vocabulary, hidden].
struct WeightMatrix {
    std::string name;    // the tensor's without ".weight": "model.layers.3.mlp.down_proj"
    std::string tensor;  // "model.layers.3.mlp.down_proj.weight"
    Role role = Role::Q;
    int block = -1;      // -1: embedding, head
    std::int64_t rows = 0, cols = 0;
    int expert = -1;     // which of a block's experts it belongs to
    std::string bias = {};     // the tensor added to its product; empty: none
    bool transposed = false;   // the tensor is [cols, rows]
    std::int64_t slice = -1;   // the tensor is [slices, rows, cols], and this matrix one of them
    std::int64_t slices = 0;

    std::int64_t weights() const { return rows * cols; }
    std::string shortName() const;  // "layers.3.down", "layers.3.experts.7.down", "embedding"
};

/// An opened model: immutable, shared by everything after it.
class Model {
public:
    /// Opens folder, reads config.json, finds every tensor the architecture needs and checks its shape. Tensors that are no weight
    /// matrix (norms, biases, routers) pass through. A tied head is one matrix with role Embedding that also serves as the head.
    /// A model whose architecture is not known opens too, but architecture().runnable() is false: every 2-D ".weight" is a matrix then.
    /// Throws Error: config contradicting shapes or missing tensors (Corrupt), an unknown activation or rotation (Unsupported).
    static std::shared_ptr<const Model> open(const std::filesystem::path& folder);

    const checkpoint::Checkpoint& checkpoint() const { return *checkpoint_; }
    std::shared_ptr<const checkpoint::Checkpoint> sharedCheckpoint() const { return checkpoint_; }
    const Architecture& architecture() const { return architecture_; }
    void requireRunnable() const;  // throws Error(Unsupported) saying why the model cannot be run
    std::span<const WeightMatrix> matrices() const { return matrices_; }  // embedding, blocks in order (q k v o gate up down), head
    std::span<const Needed> pieces() const { return pieces_; }            // norms and the like, blocks in order
    std::span<const std::string> passthrough() const { return passthrough_; }  // names of all other tensors, sorted
    Bytes passthroughBytes() const;
    std::int64_t weights() const;  // in all matrices
    std::optional<std::size_t> indexOf(std::string_view matrixName) const;
    /// The matrix's own part of its tensor, of the shape [rows, cols]; floats() of it are its weights in that order, however they lie.
    const checkpoint::TensorView& tensor(const WeightMatrix& matrix) const;

private:
    Model() = default;

    std::shared_ptr<const checkpoint::Checkpoint> checkpoint_;
    Architecture architecture_;
    std::vector<WeightMatrix> matrices_;
    std::vector<checkpoint::TensorView> views_;  // of each matrix
    std::vector<Needed> pieces_;
    std::vector<std::size_t> byName_;  // indices of matrices_, sorted by name
    std::vector<std::string> passthrough_;
};

}  // namespace dq::model

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

namespace dq::model {

enum class Role { Q, K, V, O, Gate, Up, Down, Embedding, Head };
std::string_view roleName(Role role);                              // "q", "gate", "embedding"
std::optional<Role> roleOf(std::string_view name);

/// Rotary position embedding as config.json asks for it (transformers' modeling_rope_utils).
struct Rope {
    enum class Scaling { None, Linear, Dynamic, Yarn, Llama3 };
    Scaling scaling = Scaling::None;
    double theta = 10000;
    double factor = 1;
    double lowFrequencyFactor = 1, highFrequencyFactor = 4;        // llama3
    double betaFast = 32, betaSlow = 1;                            // yarn
    std::optional<double> attentionFactor, mscale, mscaleAllDim;   // yarn
    bool truncate = true;                                          // yarn: whole numbers bound the ramp
    std::int64_t originalContext = 0;                              // positions the model was trained on
    /// The inverse frequency of each pair of a head of `dim`, and the factor on cos and sin, for sequences of `length`.
    struct Frequencies {
        std::vector<double> inverse;  // [dim/2]
        double amplitude = 1;
    };
    Frequencies frequencies(std::int64_t dim, std::int64_t length) const;
};

/// What config.json says about a Llama-architecture model.
struct Architecture {
    std::string type;  // "llama"
    std::int64_t hidden = 0, intermediate = 0, blocks = 0, heads = 0, kvHeads = 0, headDim = 0, vocabulary = 0;
    std::int64_t context = 0;  // max_position_embeddings
    double normEpsilon = 1e-6;
    bool tiedHead = false;
    bool attentionBias = false, mlpBias = false;
    Rope rope;
};

/// A weight matrix: what gets a format. y = W x with W [rows=out, cols=in]; the embedding is [vocabulary, hidden].
struct WeightMatrix {
    std::string name;    // the tensor's without ".weight": "model.layers.3.mlp.down_proj"
    std::string tensor;  // "model.layers.3.mlp.down_proj.weight"
    Role role = Role::Q;
    int block = -1;      // -1: embedding, head
    std::int64_t rows = 0, cols = 0;

    std::int64_t weights() const { return rows * cols; }
    std::string shortName() const;  // "layers.3.down", "embedding"
};

/// An opened model: immutable, shared by everything after it.
class Model {
public:
    /// Opens folder, reads config.json, finds every tensor the architecture needs and checks its shape. Tensors that are no weight
    /// matrix (norms, biases) pass through. A tied head is one matrix with role Embedding that also serves as the head.
    /// Throws Error: unknown architecture (Unsupported), config contradicting shapes or missing tensors (Corrupt).
    static std::shared_ptr<const Model> open(const std::filesystem::path& folder);

    const checkpoint::Checkpoint& checkpoint() const { return *checkpoint_; }
    std::shared_ptr<const checkpoint::Checkpoint> sharedCheckpoint() const { return checkpoint_; }
    const Architecture& architecture() const { return architecture_; }
    std::span<const WeightMatrix> matrices() const { return matrices_; }  // embedding, blocks in order (q k v o gate up down), head
    std::span<const std::string> passthrough() const { return passthrough_; }  // names of all other tensors, sorted
    Bytes passthroughBytes() const;
    std::int64_t weights() const;  // in all matrices
    std::optional<std::size_t> indexOf(std::string_view matrixName) const;
    /// The matrix's tensor; floats() of it are its weights [rows, cols].
    const checkpoint::TensorView& tensor(const WeightMatrix& matrix) const;

private:
    Model() = default;

    std::shared_ptr<const checkpoint::Checkpoint> checkpoint_;
    Architecture architecture_;
    std::vector<WeightMatrix> matrices_;
    std::vector<std::size_t> byName_;  // indices of matrices_, sorted by name
    std::vector<std::string> passthrough_;
};

}  // namespace dq::model

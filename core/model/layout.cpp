#include "core/model/layout.hpp"

#include <array>

namespace dq::model {

namespace {

/// Lists the tensors of one architecture.
class Layouter {
public:
    Layouter(const Architecture& architecture, const HasTensor& has) : a_(architecture), names_(architecture.names), has_(has) {
        constexpr std::array prefixes{"model.", "model.language_model.", "language_model.model.", "transformer.", ""};
        for (const char* const prefix : prefixes)
            if (has(prefix + names_.embedding + ".weight")) {
                prefix_ = prefix;
                break;
            }
        layout_.blocks = prefix_ + names_.blocks + ".";
    }

    Layout made() {
        add(Role::Embedding, prefix_ + names_.embedding, a_.vocabulary, a_.hidden, false, false);
        if (a_.learnedPositions > 0) need(Piece::Positions, prefix_ + "wpe.weight", {a_.learnedPositions, a_.hidden});
        for (block_ = 0; block_ < a_.blocks; ++block_) addBlock();
        block_ = -1;
        addNorm(Piece::FinalNorm, Piece::FinalNormBias, prefix_ + names_.norm);
        if (!a_.tiedHead) add(Role::Head, headName(), a_.vocabulary, a_.hidden, false, false);
        return std::move(layout_);
    }

private:
    std::string headName() const {
        const std::string inner = "language_model." + names_.head;
        return !has_(names_.head + ".weight") && has_(inner + ".weight") ? inner : names_.head;
    }

    WeightMatrix& add(Role role, const std::string& name, std::int64_t rows, std::int64_t cols, bool bias, bool transposed) {
        layout_.matrices.push_back(
            {.name = name, .tensor = name + ".weight", .role = role, .block = static_cast<int>(block_), .rows = rows, .cols = cols});
        WeightMatrix& matrix = layout_.matrices.back();
        matrix.transposed = transposed;
        if (!bias) return matrix;
        matrix.bias = name + ".bias";
        need(Piece::Bias, matrix.bias, {rows});
        return matrix;
    }

    void addProduct(Role role, const std::string& name, std::int64_t rows, std::int64_t cols, bool bias = false) {
        add(role, here_ + name, rows, cols, bias, a_.transposed);
    }

    void need(Piece piece, const std::string& tensor, std::vector<std::int64_t> shape) {
        layout_.others.push_back({tensor, std::move(shape), piece, static_cast<int>(block_)});
    }

    void addNorm(Piece weight, Piece bias, const std::string& name) {
        need(weight, name + ".weight", {a_.hidden});
        if (a_.norm == Norm::Layer) need(bias, name + ".bias", {a_.hidden});
    }

    void addBlock() {
        here_ = layout_.blocks + std::to_string(block_) + ".";
        a_.kind(block_).attention == Attention::Linear ? addDeltaRule() : addAttention();
        a_.kind(block_).feedForward == FeedForward::Experts ? addExperts() : addFeedForward();
        addNorm(Piece::InputNorm, Piece::InputNormBias, here_ + names_.inputNorm);
        addNorm(Piece::PostNorm, Piece::PostNormBias, here_ + names_.postNorm);
        if (!a_.sandwich) return;
        need(Piece::BeforeMlpNorm, here_ + "pre_feedforward_layernorm.weight", {a_.hidden});
        need(Piece::AfterMlpNorm, here_ + "post_feedforward_layernorm.weight", {a_.hidden});
    }

    void addAttention() {
        const std::int64_t queries = a_.heads * a_.headDim, keys = a_.kvHeads * a_.headDim;
        const std::string at = names_.attention + ".";
        if (a_.fusedQkv) {
            addProduct(Role::Qkv, at + names_.qkv, queries + 2 * keys, a_.hidden, a_.qkvBias);
        } else {
            addProduct(Role::Q, at + names_.q, a_.gatedAttention ? 2 * queries : queries, a_.hidden, a_.qkvBias);
            addProduct(Role::K, at + names_.k, keys, a_.hidden, a_.qkvBias);
            addProduct(Role::V, at + names_.v, keys, a_.hidden, a_.qkvBias);
        }
        addProduct(Role::O, at + names_.o, a_.hidden, queries, a_.outputBias);
        if (!a_.qkNorm) return;
        need(Piece::QNorm, here_ + at + "q_norm.weight", {a_.headDim});
        need(Piece::KNorm, here_ + at + "k_norm.weight", {a_.headDim});
    }

    void addDeltaRule() {
        const DeltaRule& d = a_.delta;
        const std::string at = "linear_attn.";
        if (d.fused) {
            addProduct(Role::LinearQkvz, at + "in_proj_qkvz", 2 * d.keys() + 2 * d.values(), a_.hidden);
            addProduct(Role::LinearBa, at + "in_proj_ba", 2 * d.valueHeads, a_.hidden);
        } else {
            addProduct(Role::LinearQkv, at + "in_proj_qkv", 2 * d.keys() + d.values(), a_.hidden);
            addProduct(Role::LinearZ, at + "in_proj_z", d.values(), a_.hidden);
            addProduct(Role::LinearB, at + "in_proj_b", d.valueHeads, a_.hidden);
            addProduct(Role::LinearA, at + "in_proj_a", d.valueHeads, a_.hidden);
        }
        addProduct(Role::LinearOut, at + "out_proj", a_.hidden, d.values());
        need(Piece::Convolution, here_ + at + "conv1d.weight", {2 * d.keys() + d.values(), 1, d.kernel});
        need(Piece::StepBias, here_ + at + "dt_bias", {d.valueHeads});
        need(Piece::DecayLog, here_ + at + "A_log", {d.valueHeads});
        need(Piece::DeltaNorm, here_ + at + "norm.weight", {d.valueDim});
    }

    void addFeedForward() {
        if (a_.fusedGateUp) {
            addProduct(Role::GateUp, names_.gateUp, 2 * a_.intermediate, a_.hidden, a_.mlpBias);
        } else {
            if (a_.gatedMlp) addProduct(Role::Gate, names_.gate, a_.intermediate, a_.hidden, a_.mlpBias);
            addProduct(Role::Up, names_.up, a_.intermediate, a_.hidden, a_.mlpBias);
        }
        addProduct(Role::Down, names_.down, a_.hidden, a_.intermediate, a_.mlpBias);
    }

    void addExperts() {
        const Experts& e = a_.experts;
        const std::string at = names_.experts + ".";
        need(Piece::Router, here_ + at + "gate.weight", {e.count, a_.hidden});
        const bool stacked = has_(here_ + at + "experts.gate_up_proj");
        for (std::int64_t expert = 0; expert < e.count; ++expert) stacked ? addStacked(expert) : addApart(expert);
        if (e.sharedIntermediate == 0) return;
        need(Piece::SharedGate, here_ + at + "shared_expert_gate.weight", {1, a_.hidden});
        addProduct(Role::SharedGate, at + "shared_expert.gate_proj", e.sharedIntermediate, a_.hidden);
        addProduct(Role::SharedUp, at + "shared_expert.up_proj", e.sharedIntermediate, a_.hidden);
        addProduct(Role::SharedDown, at + "shared_expert.down_proj", a_.hidden, e.sharedIntermediate);
    }

    void addApart(std::int64_t expert) {
        const std::string at = here_ + names_.experts + ".experts." + std::to_string(expert) + ".";
        const auto one = [&](Role role, const std::string& name, std::int64_t rows, std::int64_t cols) {
            add(role, at + name, rows, cols, false, false).expert = static_cast<int>(expert);
        };
        one(Role::ExpertGate, names_.expertGate, a_.experts.intermediate, a_.hidden);
        one(Role::ExpertUp, names_.expertUp, a_.experts.intermediate, a_.hidden);
        one(Role::ExpertDown, names_.expertDown, a_.hidden, a_.experts.intermediate);
    }

    /// All experts of a block in one tensor [experts, out, in].
    void addStacked(std::int64_t expert) {
        const std::string all = here_ + names_.experts + ".experts.";
        const auto one = [&](Role role, const std::string& name, std::int64_t rows, std::int64_t cols) {
            WeightMatrix& matrix = add(role, all + std::to_string(expert) + "." + name, rows, cols, false, false);
            matrix.tensor = all + name;
            matrix.expert = static_cast<int>(expert);
            matrix.slice = expert;
            matrix.slices = a_.experts.count;
        };
        one(Role::ExpertGateUp, "gate_up_proj", 2 * a_.experts.intermediate, a_.hidden);
        one(Role::ExpertDown, "down_proj", a_.hidden, a_.experts.intermediate);
    }

    const Architecture& a_;
    const Names& names_;
    const HasTensor& has_;
    std::string prefix_ = "model.", here_;
    std::int64_t block_ = -1;
    Layout layout_;
};

}  // namespace

Layout layoutOf(const Architecture& architecture, const HasTensor& has) {
    return Layouter(architecture, has).made();
}

}  // namespace dq::model

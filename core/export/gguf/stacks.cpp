#include "core/export/gguf/stacks.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/orders.hpp"
#include "core/export/gguf/names.hpp"

namespace dq::exporting::gguf {

namespace {

using model::Architecture;
using model::DeltaRule;
using model::Piece;
using model::Role;
using model::WeightMatrix;
using namespace checkpoint::gguf;  // orders

std::int64_t interleavedHeads(const Architecture& a, Role role) {
    if (familyOf(a) != "llama") return 0;
    return role == Role::Q ? a.heads : (role == Role::K ? a.kvHeads : 0);
}

LinearHeads headsOf(const DeltaRule& d) {
    return {d.keyHeads, d.valueHeads, d.keyDim, d.valueDim};
}

bool tiles(const Architecture& a) {
    return a.type.starts_with("qwen3_5") && a.delta.keyHeads != a.delta.valueHeads;
}

std::vector<Stack> jointStacks(const WeightMatrix& matrix, const DeltaRule& d) {
    const JointRows rows = jointRows(headsOf(d));
    const std::string block = "blk." + std::to_string(matrix.block) + ".";
    return {{block + "attn_qkv.weight", {{&matrix, rows.qkv, {}}}}, {block + "attn_gate.weight", {{&matrix, rows.z, {}}}}};
}

Part partOf(const WeightMatrix& matrix, const Architecture& a) {
    Part part{&matrix, {}, {}};
    if (const std::int64_t heads = interleavedHeads(a, matrix.role)) part.rows = interleaved(matrix.rows, heads);
    if (!tiles(a)) return part;
    const LinearHeads d = headsOf(a.delta);
    if (matrix.role == Role::LinearQkv) part.rows = tiledRows(d, 2 * d.keys(), d.valueDim);
    if (matrix.role == Role::LinearZ) part.rows = tiledRows(d, 0, d.valueDim);
    if (matrix.role == Role::LinearB || matrix.role == Role::LinearA) part.rows = tiledRows(d, 0, 1);
    if (matrix.role == Role::LinearOut) part.chunks = tiledHeads(d);
    return part;
}

}  // namespace

std::int64_t Stack::rows() const {
    return parts.front().rows.empty() ? first().rows : std::ssize(parts.front().rows);
}

std::vector<Stack> stacksOf(const model::Model& model) {
    const Architecture& a = model.architecture();
    std::vector<Stack> stacks;
    std::map<std::string, std::size_t> known;
    for (const WeightMatrix& matrix : model.matrices()) {
        const auto name = ggufName(matrix);
        if (!name) throw Error(Kind::Unsupported, "matrix " + matrix.name + ": llama.cpp has no place for it");
        if (matrix.role == Role::LinearQkvz) {
            for (Stack& stack : jointStacks(matrix, a.delta))
                stacks.push_back(std::move(stack));
            continue;
        }
        const auto [at, isNew] = known.emplace(*name, stacks.size());
        if (isNew) stacks.push_back({*name, {}, matrix.expert >= 0});
        stacks[at->second].parts.push_back(partOf(matrix, a));
    }
    return stacks;
}

std::vector<std::int64_t> rowsOf(const model::Model& model, const model::Needed& piece) {
    const Architecture& a = model.architecture();
    if (piece.piece == Piece::Bias) {
        const auto matrices = model.matrices();
        const auto owner = std::ranges::find(matrices, piece.tensor, &WeightMatrix::bias);
        return owner == matrices.end() ? Order() : partOf(*owner, a).rows;
    }
    if (!tiles(a)) return {};
    const LinearHeads d = headsOf(a.delta);
    if (piece.piece == Piece::StepBias || piece.piece == Piece::DecayLog) return tiledHeads(d);
    return piece.piece == Piece::Convolution ? tiledRows(d, 2 * d.keys(), d.valueDim) : Order();
}

}  // namespace dq::exporting::gguf

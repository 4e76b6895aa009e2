#include "core/export/gguf/stacks.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"
#include "core/export/gguf/names.hpp"

namespace dq::exporting::gguf {

namespace {

using model::Architecture;
using model::DeltaRule;
using model::Piece;
using model::Role;
using model::WeightMatrix;
using Order = std::vector<std::int64_t>;

void append(Order& order, std::int64_t first, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        order.push_back(first + i);
}

/// Llama's rotary embedding turns neighbouring rows, Hugging Face's rows half a head apart.
Order interleaved(std::int64_t rows, std::int64_t heads) {
    Order order;
    const std::int64_t size = rows / heads;
    for (std::int64_t row = 0; row < rows; ++row)
        order.push_back(row / size * size + row % size % 2 * (size / 2) + row % size / 2);
    return order;
}

std::int64_t interleavedHeads(const Architecture& a, Role role) {
    if (familyOf(a) != "llama") return 0;
    return role == Role::Q ? a.heads : (role == Role::K ? a.kvHeads : 0);
}

/// The file lists value heads by their place under a key head first: 0 2 1 3 where two key heads have two each.
Order tiledHeads(const DeltaRule& d) {
    Order order;
    const std::int64_t each = d.valueHeads / d.keyHeads;
    for (std::int64_t v = 0; v < each; ++v)
        for (std::int64_t k = 0; k < d.keyHeads; ++k)
            order.push_back(k * each + v);
    return order;
}

bool tiles(const Architecture& a) {
    return a.type.starts_with("qwen3_5") && a.delta.keyHeads != a.delta.valueHeads;
}

/// Rows before the value heads as they are, then `each` rows of every head in the file's order.
Order tiledRows(const DeltaRule& d, std::int64_t before, std::int64_t each) {
    Order order;
    append(order, 0, before);
    for (const std::int64_t head : tiledHeads(d))
        append(order, before + head * each, each);
    return order;
}

/// Of qwen3_next's joint projection, which goes by key heads: their rows from `offset` on, `count` each.
void appendOfHeads(Order& order, const DeltaRule& d, std::int64_t offset, std::int64_t count) {
    const std::int64_t size = 2 * d.keyDim + 2 * d.values() / d.keyHeads;
    for (std::int64_t head = 0; head < d.keyHeads; ++head)
        append(order, head * size + offset, count);
}

std::vector<Stack> jointStacks(const WeightMatrix& matrix, const DeltaRule& d) {
    const std::int64_t values = d.values() / d.keyHeads;
    Order qkv, z;
    appendOfHeads(qkv, d, 0, d.keyDim);
    appendOfHeads(qkv, d, d.keyDim, d.keyDim);
    appendOfHeads(qkv, d, 2 * d.keyDim, values);
    appendOfHeads(z, d, 2 * d.keyDim + values, values);
    const std::string block = "blk." + std::to_string(matrix.block) + ".";
    return {{block + "attn_qkv.weight", {{&matrix, qkv, {}}}}, {block + "attn_gate.weight", {{&matrix, z, {}}}}};
}

Part partOf(const WeightMatrix& matrix, const Architecture& a) {
    Part part{&matrix, {}, {}};
    if (const std::int64_t heads = interleavedHeads(a, matrix.role)) part.rows = interleaved(matrix.rows, heads);
    if (!tiles(a)) return part;
    const DeltaRule& d = a.delta;
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
    if (piece.piece == Piece::StepBias || piece.piece == Piece::DecayLog) return tiledHeads(a.delta);
    return piece.piece == Piece::Convolution ? tiledRows(a.delta, 2 * a.delta.keys(), a.delta.valueDim) : Order();
}

}  // namespace dq::exporting::gguf

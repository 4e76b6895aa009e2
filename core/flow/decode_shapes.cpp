#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "core/base/error.hpp"
#include "core/flow/decoding.hpp"
#include "core/model/reader.hpp"

namespace dq::flow {

namespace {

using model::Role;

bool isRun(const model::WeightMatrix& matrix, const model::Architecture& architecture) {
    if (matrix.role == Role::Embedding) return architecture.tiedHead;
    return matrix.expert < 0 || matrix.expert < architecture.experts.perToken;
}

template <class FormatOf>
std::vector<DecodeLaunch> joined(const model::Model& model, const FormatOf& formatOf) {
    using Key = std::tuple<int, Role, int>;  // block, reader, and of what experts narrow the expert: each has an input of its own there
    std::vector<DecodeLaunch> launches;
    std::map<Key, std::size_t> known;
    for (const model::WeightMatrix& matrix : model.matrices()) {
        if (!isRun(matrix, model.architecture())) continue;
        const Role own = model::readerOf(matrix.role), reader = own == Role::ExpertGate ? Role::Gate : own;
        const Key key{matrix.block, reader, reader == Role::Gate ? -1 : matrix.expert};
        std::size_t at = launches.size();
        if (matrix.block >= 0 && reader != Role::Other) at = known.try_emplace(key, at).first->second;
        if (at == launches.size()) launches.emplace_back();
        launches[at].push_back({matrix.rows, matrix.cols, formatOf(matrix)});
    }
    return launches;
}

/// A dense decoder: `layers` blocks, `linear` of them with linear attention.
struct Shape {
    std::string_view name;
    std::int64_t layers, linear, hidden, q, kv, o, linearQkv, linearZ, linearHeads, intermediate, vocabulary;
};

constexpr std::array shapes{
    // Attention's q brings a gate of its own size; one block in four attends, the others keep a state.
    Shape{"qwen3.5-27b", 64, 48, 5120, 12288, 1024, 6144, 10240, 6144, 48, 17408, 248320},
    Shape{"qwen3-8b", 36, 0, 4096, 4096, 1024, 4096, 0, 0, 0, 12288, 151936},
    Shape{"llama-3.1-8b", 32, 0, 4096, 4096, 1024, 4096, 0, 0, 0, 14336, 128256},
};

const Shape& shapeNamed(std::string_view name) {
    const auto found = std::ranges::find(shapes, name, &Shape::name);
    if (found != shapes.end()) return *found;
    std::string known;
    for (const std::string& one : shapeNames())
        known += (known.empty() ? "" : ", ") + one;
    throw Error(Kind::Input, "no shape is called " + std::string(name) + "; there are " + known);
}

}  // namespace

std::vector<DecodeLaunch> launchesOf(const model::Model& model) {
    return joined(model, [](const model::WeightMatrix&) { return std::string("bf16"); });
}

std::vector<DecodeLaunch> launchesOf(const model::Model& model, const recipe::Recipe& recipe) {
    recipe::require(recipe, model);
    std::map<std::string, std::string> formats;
    for (const auto& entry : recipe.entries)
        formats[entry.matrix] = entry.format;
    return joined(model, [&](const model::WeightMatrix& matrix) { return formats.at(matrix.name); });
}

std::vector<DecodeLaunch> launchesOf(std::string_view name, const std::string& format) {
    const Shape& shape = shapeNamed(name);
    std::vector<DecodeLaunch> launches;
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        const bool attends = shape.linear == 0 || layer % 4 == 3;
        if (attends)
            launches.push_back({{shape.q, shape.hidden, format}, {shape.kv, shape.hidden, format}, {shape.kv, shape.hidden, format}});
        else
            launches.push_back({{shape.linearQkv, shape.hidden, format},
                                {shape.linearZ, shape.hidden, format},
                                {2 * shape.linearHeads, shape.hidden, format}});
        launches.push_back({{shape.hidden, attends ? shape.o : shape.linearZ, format}});
        launches.push_back({{shape.intermediate, shape.hidden, format}, {shape.intermediate, shape.hidden, format}});
        launches.push_back({{shape.hidden, shape.intermediate, format}});
    }
    launches.push_back({{shape.vocabulary, shape.hidden, format}});
    return launches;
}

std::vector<std::string> shapeNames() {
    std::vector<std::string> names;
    for (const Shape& shape : shapes)
        names.emplace_back(shape.name);
    return names;
}

}  // namespace dq::flow

#include "core/export/gguf/plan.hpp"

#include <algorithm>
#include <cstring>
#include <map>

#include "core/base/error.hpp"
#include "core/export/gguf/metadata.hpp"
#include "core/export/gguf/names.hpp"
#include "core/export/gguf_file.hpp"
#include "core/export/rounded.hpp"
#include "core/recipe/formats.hpp"

namespace dq::exporting::gguf {

namespace {

namespace blocks = kernels::gguf;
using Bytestring = std::vector<std::byte>;

constexpr std::uint32_t plainF32 = 0;

/// Rows in llama.cpp's order.
Bytestring reordered(const Bytestring& bytes, std::int64_t rows, std::int64_t heads) {
    if (heads == 0) return bytes;
    const std::size_t width = bytes.size() / static_cast<std::size_t>(rows);
    Bytestring result(bytes.size());
    for (std::int64_t i = 0; i < rows; ++i)
        std::memcpy(result.data() + static_cast<std::size_t>(i) * width,
                    bytes.data() + static_cast<std::size_t>(sourceRow(i, rows, heads)) * width, width);
    return result;
}

/// BF16 as llama.cpp writes it, which is not always as our format of that name: it does not saturate.
Bytestring plainRows(std::span<const float> weights, std::int64_t cols) {
    const auto width = static_cast<std::size_t>(cols);
    Bytestring bytes(weights.size() / width * blocks::rowBytes(blocks::Type::Bf16, width));
    blocks::quantizeRows(blocks::Type::Bf16, weights, width, nullptr, bytes);
    return bytes;
}

Bytestring matrixBytes(const checkpoint::TensorView& tensor, const model::WeightMatrix& matrix, const format::Format& format,
                       std::int64_t heads, const measure::Inputs& inputs) {
    const std::vector<float> weights = tensor.floats();
    try {
        // Finite weights, too, are what packed() insists on.
        Packed ready = packed(weights, matrix.rows, matrix.cols, format, inputs.of(matrix.name, format));
        const bool block = format.encoding.element == kernels::Element::Block;
        return reordered(block ? ready.codes : plainRows(weights, matrix.cols), matrix.rows, heads);
    } catch (const Error& error) {
        throw error.during(tensor.where());
    }
}

Bytestring floatBytes(const checkpoint::TensorView& tensor, std::int64_t heads) {
    const std::vector<float> values = tensor.floats();
    const auto raw = std::as_bytes(std::span(values));
    return reordered({raw.begin(), raw.end()}, tensor.shape.front(), heads);
}

std::string requiredName(std::string_view tensor) {
    if (auto name = ggufName(tensor)) return *name;
    throw Error(Kind::Unsupported, "tensor " + std::string(tensor) + ": llama.cpp has no place for it");
}

/// The type most matrices have: what general.file_type says.
std::uint32_t fileTypeOf(const std::map<blocks::Type, std::int64_t>& weightsOf) {
    using blocks::Type;
    const auto most = std::max_element(weightsOf.begin(), weightsOf.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == weightsOf.end()) return 0;
    switch (most->first) {
        case Type::F16: return 1;
        case Type::Q4_0: return 2;
        case Type::Q4_1: return 3;
        case Type::Q8_0: return 7;
        case Type::Q5_0: return 8;
        case Type::Q5_1: return 9;
        case Type::Q2_K: return 10;
        case Type::Q3_K: return 12;
        case Type::Q4_K: return 15;
        case Type::Q5_K: return 17;
        case Type::Q6_K: return 18;
        case Type::Iq4Nl: return 25;
        case Type::Iq4Xs: return 30;
        case Type::Bf16: return 32;
        case Type::Mxfp4: return 38;
        case Type::Nvfp4: return 39;
    }
    return 0;
}

void addMatrices(Plan& plan, const model::Model& model, const recipe::Recipe& recipe, const Family& family,
                 const measure::Inputs& inputs, std::map<blocks::Type, std::int64_t>& weightsOf) {
    const recipe::Formats formats(recipe);
    for (const model::WeightMatrix& matrix : model.matrices()) {
        const format::Format& format = formats.of(matrix.name);
        const blocks::Type wanted = ggufTypeOf(format).value();
        const blocks::Type type = blocks::typeFor(wanted, static_cast<std::size_t>(matrix.cols));
        const std::int64_t heads = permutedHeads(family, matrix.tensor);
        const auto bytes = static_cast<Bytes>(blocks::rowBytes(type, static_cast<std::size_t>(matrix.cols))) * matrix.rows;
        plan.header.tensors.push_back({requiredName(matrix.tensor), {matrix.cols, matrix.rows}, blocks::infoOf(type).ggmlId, bytes});
        plan.makers.push_back([&tensor = model.tensor(matrix), &matrix, &format, &inputs, heads] {
            return matrixBytes(tensor, matrix, format, heads, inputs);
        });
        weightsOf[type] += matrix.weights();
    }
}

void addPassing(Plan& plan, const model::Model& model, const Family& family) {
    for (const std::string& name : model.passthrough()) {
        const checkpoint::TensorView& tensor = model.checkpoint().get(name);
        // A second copy of a tied head, and inverse frequencies that old files carry, are made by the loader itself.
        if (name.ends_with("rotary_emb.inv_freq") || (name == "lm_head.weight" && model.architecture().tiedHead)) continue;
        std::vector<std::int64_t> extents(tensor.shape.rbegin(), tensor.shape.rend());
        const std::int64_t heads = permutedHeads(family, name);
        plan.header.tensors.push_back({requiredName(name), std::move(extents), plainF32, tensor.count() * 4});
        plan.makers.push_back([&tensor, heads] { return floatBytes(tensor, heads); });
    }
}

void addRopeFactors(Plan& plan, const model::Model& model) {
    const std::vector<float> factors = ropeFactors(model, model.architecture().headDim);
    if (factors.empty()) return;
    plan.header.tensors.push_back({"rope_freqs.weight", {std::ssize(factors)}, plainF32, std::ssize(factors) * 4});
    plan.makers.push_back([factors] {
        const auto raw = std::as_bytes(std::span(factors));
        return Bytestring(raw.begin(), raw.end());
    });
}

}  // namespace

Plan planOf(const model::Model& model, const recipe::Recipe& recipe, const measure::Inputs& inputs) {
    const std::string source = (model.checkpoint().folder() / "config.json").string();
    const json::Json config = json::Json::parse(model.checkpoint().configText());
    const Family family = familyOf(config, source);
    Plan plan;
    std::map<blocks::Type, std::int64_t> weightsOf;
    addMatrices(plan, model, recipe, family, inputs, weightsOf);
    addPassing(plan, model, family);
    addRopeFactors(plan, model);
    plan.header.entries = modelEntries(model, config, family, fileTypeOf(weightsOf));
    const std::int64_t vocabulary = model.matrices().front().rows;
    for (Entry& entry : tokenizerEntries(model.checkpoint().folder(), vocabulary))
        plan.header.entries.push_back(std::move(entry));
    plan.header.entries.push_back({recipeKey, recipe::toJson(recipe)});
    return plan;
}

Bytes tensorBytes(std::uint32_t type, std::span<const std::int64_t> extents) {
    constexpr std::int64_t most = std::int64_t{1} << 48;
    std::int64_t rows = 1;
    const std::int64_t cols = extents.empty() ? 1 : extents.front();
    for (std::size_t i = 1; i < extents.size(); ++i) {
        if (extents[i] > 0 && rows > most / extents[i]) return -1;
        rows *= extents[i];
    }
    if (cols > 0 && rows > most / cols) return -1;
    if (type == plainF32) return cols * rows * 4;
    for (const blocks::TypeInfo& info : blocks::types())
        if (info.ggmlId == type) {
            if (cols % static_cast<std::int64_t>(info.blockWeights) != 0) return -1;
            return cols / static_cast<std::int64_t>(info.blockWeights) * static_cast<std::int64_t>(info.blockBytes) * rows;
        }
    return -1;
}

}  // namespace dq::exporting::gguf

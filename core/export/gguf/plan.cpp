#include "core/export/gguf/plan.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/types.hpp"
#include "core/export/gguf/names.hpp"
#include "core/export/gguf/stacks.hpp"
#include "core/export/gguf_file.hpp"
#include "core/export/packing.hpp"
#include "core/recipe/formats.hpp"

namespace dq::exporting::gguf {

namespace {

namespace blocks = kernels::gguf;
using Bytestring = std::vector<std::byte>;

/// Rows, or of each row runs of bytes, in another order; as they are where that is empty.
Bytestring reordered(Bytestring bytes, std::size_t rowBytes, std::span<const std::int64_t> order) {
    if (order.empty()) return bytes;
    Bytestring result;
    result.reserve(order.size() * rowBytes);
    for (const std::int64_t row : order) {
        const auto from = bytes.begin() + row * static_cast<std::ptrdiff_t>(rowBytes);
        result.insert(result.end(), from, from + static_cast<std::ptrdiff_t>(rowBytes));
    }
    return result;
}

Bytestring withChunks(Bytestring bytes, std::size_t rowBytes, std::span<const std::int64_t> order) {
    if (order.empty()) return bytes;
    std::vector<std::int64_t> everywhere;
    const auto chunks = std::ssize(order);
    for (std::int64_t row = 0; row < std::ssize(bytes) / static_cast<std::ptrdiff_t>(rowBytes); ++row)
        for (const std::int64_t chunk : order)
            everywhere.push_back(row * chunks + chunk);
    return reordered(std::move(bytes), rowBytes / order.size(), everywhere);
}

/// The matrix with its rows where the tensor has them, so that they are read in that order: block formats round each by itself.
checkpoint::TensorView placed(const checkpoint::TensorView& matrix, std::span<const std::int64_t> order) {
    assert(!matrix.transposed);
    checkpoint::TensorView view = matrix;
    view.shape.at(0) = std::ssize(order);
    auto placement = std::make_shared<checkpoint::Placement>();
    if (matrix.placement) placement->runs = matrix.placement->runs;
    const auto rowBytes = static_cast<std::size_t>(matrix.shape.at(1)) * elementSize(matrix.dtype);
    for (const std::int64_t row : order)
        placement->rows.push_back(matrix.placement ? matrix.placement->rows.at(static_cast<std::size_t>(row))
                                                   : matrix.bytes.data() + static_cast<std::size_t>(row) * rowBytes);
    view.placement = std::move(placement);
    return view;
}

void takeRows(const checkpoint::TensorView& matrix, const format::Format& format, const kernels::Input& input, const TakeBytes& take) {
    if (format.encoding.element != kernels::Element::Block) return ggufBf16Rows(matrix, take);
    packRows(matrix, format, input, [&](const PackedRows& rows) { take(rows.first, rows.matrix.codes); });
}

/// Rows in another order are read in that order; columns in another order are blocks that change places.
void takePart(const model::Model& model, const Part& part, const format::Format& format, const measure::Inputs& inputs, Bytes rowBytes,
              const Take& take) {
    const checkpoint::TensorView& tensor = model.tensor(*part.matrix);
    try {
        const checkpoint::TensorView view = part.rows.empty() ? tensor : placed(tensor, part.rows);
        takeRows(view, format, inputs.of(part.matrix->name, format), [&](std::int64_t first, std::span<const std::byte> bytes) {
            part.chunks.empty() ? take(first * rowBytes, bytes)
                                : take(first * rowBytes, withChunks({bytes.begin(), bytes.end()}, static_cast<std::size_t>(rowBytes), part.chunks));
        });
    } catch (const Error& error) {
        throw error.during(tensor.where());
    }
}

/// What the loader adds by itself in other families, or computes beforehand.
void transform(std::vector<float>& values, const model::Architecture& architecture, model::Piece piece) {
    using model::Piece;
    const bool norm = piece == Piece::InputNorm || piece == Piece::PostNorm || piece == Piece::BeforeMlpNorm || piece == Piece::AfterMlpNorm ||
                      piece == Piece::QNorm || piece == Piece::KNorm || piece == Piece::FinalNorm;
    const bool centred = norm && architecture.norm == model::Norm::RmsZeroCentred;
    for (float& value : values) {
        if (centred) value += 1;
        if (piece == Piece::DecayLog) value = -std::exp(value);
    }
}

Bytestring floatBytes(const model::Model& model, const model::Needed& piece) {
    const checkpoint::TensorView& tensor = model.checkpoint().get(piece.tensor);
    std::vector<float> values = tensor.floats();
    transform(values, model.architecture(), piece.piece);
    const auto raw = std::as_bytes(std::span(values));
    const std::size_t rowBytes = raw.size() / static_cast<std::size_t>(tensor.shape.front());
    return reordered({raw.begin(), raw.end()}, rowBytes, rowsOf(model, piece));
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

/// All parts have the type of the first; how each is searched (with importance, say) is its own.
void addStack(Plan& plan, const model::Model& model, const Stack& stack, const recipe::Formats& formats, const measure::Inputs& inputs) {
    const std::int64_t cols = stack.first().cols;
    const blocks::Type type = blocks::typeFor(ggufTypeOf(formats.of(stack.first().name)).value(), static_cast<std::size_t>(cols));
    TensorInfo info{stack.name, {cols, stack.rows()}, blocks::infoOf(type).ggmlId, 0};
    if (stack.ofExperts) info.extents.push_back(std::ssize(stack.parts));
    const auto rowBytes = static_cast<Bytes>(blocks::rowBytes(type, static_cast<std::size_t>(cols)));
    info.bytes = rowBytes * stack.rows() * std::ssize(stack.parts);
    plan.header.tensors.push_back(std::move(info));
    std::vector<const format::Format*> own;
    for (const Part& part : stack.parts)
        own.push_back(&formats.of(part.matrix->name));
    plan.makers.push_back([&model, &inputs, own, parts = stack.parts, rowBytes, each = rowBytes * stack.rows()](const Take& take) {
        for (std::size_t i = 0; i < parts.size(); ++i)
            takePart(model, parts[i], *own[i], inputs, rowBytes, [&](Bytes at, std::span<const std::byte> bytes) {
                take(static_cast<Bytes>(i) * each + at, bytes);
            });
    });
}

void addMatrices(Plan& plan, const model::Model& model, const recipe::Recipe& recipe, const measure::Inputs& inputs,
                 std::map<blocks::Type, std::int64_t>& weightsOf) {
    const recipe::Formats formats(recipe);
    for (const Stack& stack : stacksOf(model)) {
        addStack(plan, model, stack, formats, inputs);
        const auto cols = static_cast<std::size_t>(stack.first().cols);
        weightsOf[blocks::typeFor(ggufTypeOf(formats.of(stack.first().name)).value(), cols)] += stack.first().cols * stack.rows() * std::ssize(stack.parts);
    }
}

/// From the innermost; extents of 1 around a vector or a matrix say nothing.
std::vector<std::int64_t> extentsOf(const std::vector<std::int64_t>& shape) {
    std::vector<std::int64_t> extents;
    for (auto extent = shape.rbegin(); extent != shape.rend(); ++extent)
        if (*extent != 1) extents.push_back(*extent);
    return extents.empty() ? std::vector<std::int64_t>{1} : extents;
}

bool madeByTheLoader(const model::Model& model, const std::string& tensor) {
    // A second copy of a tied head, inverse frequencies and masks that old files carry.
    return tensor.ends_with("rotary_emb.inv_freq") || tensor.ends_with(".attn.bias") || tensor.ends_with(".attn.masked_bias") ||
           (tensor == "lm_head.weight" && model.architecture().tiedHead);
}

void addPassing(Plan& plan, const model::Model& model) {
    std::map<std::string_view, const model::Needed*> needed;
    for (const model::Needed& piece : model.pieces())
        needed.emplace(piece.tensor, &piece);
    for (const std::string& name : model.passthrough()) {
        const auto found = needed.find(name);
        if (found == needed.end() && (isOutsideText(name) || madeByTheLoader(model, name))) continue;
        const auto ours = found == needed.end() ? std::nullopt : ggufName(model, *found->second);
        if (!ours) throw Error(Kind::Unsupported, "tensor " + name + ": llama.cpp has no place for it");
        const checkpoint::TensorView& tensor = model.checkpoint().get(name);
        plan.header.tensors.push_back({*ours, extentsOf(tensor.shape), plainF32, tensor.count() * 4});
        plan.makers.push_back([&model, piece = found->second](const Take& take) { take(0, floatBytes(model, *piece)); });
        ++plan.passing;
    }
}

void addRopeFactors(Plan& plan, const model::Model& model) {
    for (const Factors& factors : ropeFactors(model.architecture())) {
        plan.header.tensors.push_back({factors.name, {std::ssize(factors.values)}, plainF32, std::ssize(factors.values) * 4});
        plan.makers.push_back([values = factors.values](const Take& take) { take(0, std::as_bytes(std::span(values))); });
        ++plan.passing;
    }
}

}  // namespace

Plan planOf(const model::Model& model, const recipe::Recipe& recipe, const measure::Inputs& inputs) {
    const std::string source = model.checkpoint().configSource();
    const std::string family = requiredFamily(model.architecture(), source);
    Plan plan;
    std::map<blocks::Type, std::int64_t> weightsOf;
    addMatrices(plan, model, recipe, inputs, weightsOf);
    addPassing(plan, model);
    addRopeFactors(plan, model);
    plan.header.entries = modelEntries(model, family, fileTypeOf(weightsOf));
    const std::int64_t vocabulary = model.matrices().front().rows;
    for (Entry& entry : tokenizerEntries(model.checkpoint(), vocabulary))
        plan.header.entries.push_back(std::move(entry));
    plan.header.entries.push_back({recipeKey, recipe::toJson(recipe)});
    return plan;
}

}  // namespace dq::exporting::gguf

#include "core/export/seed/contents.hpp"

#include "core/export/manifest.hpp"
#include "core/export/packing.hpp"
#include "core/export/seed/config.hpp"
#include "core/export/seed_folder.hpp"
#include "core/recipe/complaints.hpp"
#include "core/recipe/formats.hpp"

namespace dq::exporting {

namespace {

using model::WeightMatrix;

/// The format of the same bits and groups that the folder holds.
std::string kinOf(const format::Format& format) {
    const kernels::Encoding& encoding = format.encoding;
    const bool integer = encoding.element == kernels::Element::Int && encoding.group > 0;
    const format::Format* const kin = integer ? seed::formatOf(encoding.bits, encoding.group) : nullptr;
    return kin ? "; " + kin->name + " is" : "";
}

/// Empty: it can be written.
std::string complaintOf(const WeightMatrix& matrix, const format::Format& format) {
    const std::string where = matrix.name + " in " + format.name + ": ";
    if (matrix.slice >= 0) return where + "is one of a stack of experts, and the folder holds a file for every matrix of its own tensor";
    if (matrix.transposed) return where + "its tensor is turned, and the folder holds rows of outputs only";
    if (!seed::isModule(matrix.name)) return where + "no file can have this name";
    if (isPlain(format) || seed::layerOf(matrix, format)) return {};
    return where + "is no format of this folder, which holds integers with F32 scales of groups, and bf16" + kinOf(format);
}

/// All packed matrices have the groups of the first.
class OneGroup {
public:
    std::string complaintOf(const WeightMatrix& matrix, const format::Format& format) {
        const int group = format.encoding.group;
        if (!first_) {
            first_ = &matrix;
            group_ = group;
        }
        if (group == group_) return {};
        return matrix.name + " in " + format.name + ": has groups of " + std::to_string(group) + ", but " + first_->name + " has groups of " +
               std::to_string(group_) + ", and the folder has one group size";
    }

private:
    const WeightMatrix* first_ = nullptr;
    int group_ = 0;
};

/// Made by the program, not by training: no parameters.
bool isBuffer(std::string_view tensor) {
    return tensor.ends_with(".inv_freq");
}

seed::Counts countsOf(const seed::Contents& contents, const model::Model& model) {
    seed::Counts counts;
    for (const auto& one : contents.layers) counts.bitsOfTensors[one.matrix->tensor] = one.layer.bits;
    for (const WeightMatrix* matrix : contents.plain) counts.bitsOfTensors[matrix->tensor] = 16;
    for (const auto& pieces : {contents.plainPieces(model), contents.bufferPieces(model)})
        for (const Piece& piece : pieces) {
            ++counts.passing;
            counts.passingBytes += piece.bytes();
        }
    return counts;
}

Piece plainPiece(const model::Model& model, const WeightMatrix& matrix) {
    return {matrix.name, {seed::storedPlain(matrix)}, [&model, &matrix](SafetensorsWriter& file) {
                bf16Rows(model.tensor(matrix), format::get("bf16"), {}, [&](std::int64_t first, std::span<const std::byte> bytes) {
                    file.put(matrix.tensor, bytes, first * matrix.cols * 2);
                });
            }};
}

}  // namespace

std::vector<std::string> seedComplaints(const model::Model& model, const recipe::Recipe& recipe) {
    recipe::require(recipe, model);
    const recipe::Formats formats(recipe);
    std::vector<std::string> complaints;
    OneGroup groups;
    for (const WeightMatrix& matrix : model.matrices()) {
        const format::Format& format = formats.of(matrix.name);
        std::string complaint = complaintOf(matrix, format);
        if (complaint.empty() && !isPlain(format)) complaint = groups.complaintOf(matrix, format);
        if (!complaint.empty()) complaints.push_back(std::move(complaint));
    }
    return complaints;
}

namespace seed {

Contents contentsOf(const model::Model& model, const recipe::Recipe& recipe) {
    recipe::refuseFor(seedComplaints(model, recipe), Kind::Unsupported, "the first DynaQuant's folder does not hold this recipe");
    const recipe::Formats formats(recipe);
    Contents contents;
    for (const WeightMatrix& matrix : model.matrices()) {
        const format::Format& format = formats.of(matrix.name);
        if (const auto layer = layerOf(matrix, format))
            contents.layers.push_back({&matrix, &format, *layer});
        else
            contents.plain.push_back(&matrix);
    }
    for (const std::string& name : model.passthrough()) (isBuffer(name) ? contents.buffers : contents.passing).push_back(name);
    return contents;
}

StoredTensor storedPlain(const WeightMatrix& matrix) {
    return {matrix.tensor, DType::BF16, {matrix.rows, matrix.cols}};
}

std::vector<Piece> Contents::plainPieces(const model::Model& model) const {
    std::vector<Piece> pieces;
    for (const WeightMatrix* matrix : plain) pieces.push_back(plainPiece(model, *matrix));
    for (const std::string& name : passing) pieces.push_back(exporting::passing(model.checkpoint().get(name)));
    return pieces;
}

std::vector<Piece> Contents::bufferPieces(const model::Model& model) const {
    std::vector<Piece> pieces;
    for (const std::string& name : buffers) pieces.push_back(exporting::passing(model.checkpoint().get(name)));
    return pieces;
}

std::map<std::string, std::string> Contents::texts(const model::Model& model, const recipe::Recipe& recipe) const {
    std::vector<Layer> all;
    for (const Quantized& one : layers) all.push_back(one.layer);
    return {{recipeName, recipe::toJson(recipe)}, {configName, configText(all, countsOf(*this, model))}};
}

Bytes Contents::tensorBytes(const model::Model& model) const {
    Bytes sum = countsOf(*this, model).passingBytes;
    for (const Quantized& one : layers) sum += one.layer.packedBytes() + one.layer.scaleBytes();
    return sum;
}

}  // namespace seed

}  // namespace dq::exporting

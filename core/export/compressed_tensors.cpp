#include "core/export/compressed_tensors.hpp"

#include <memory>

#include "core/export/companions.hpp"
#include "core/export/compare.hpp"
#include "core/export/compressed/config.hpp"
#include "core/export/compressed/fused.hpp"
#include "core/export/compressed/scheme.hpp"
#include "core/export/hf_folder.hpp"
#include "core/export/manifest.hpp"
#include "core/export/shards_check.hpp"
#include "core/recipe/complaints.hpp"

namespace dq::exporting {

namespace {

/// The first tensors have a part of their bytes in every row, those behind them stand for the whole matrix.
void putRows(SafetensorsWriter& file, const std::vector<StoredTensor>& tensors, const model::WeightMatrix& matrix, const format::Format& format,
             const PackedRows& rows) {
    const auto bytes = compressed::bytesOfRows(rows.matrix, rows.count, matrix.rows, matrix.cols, format);
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const bool perRow = i < 2 && rows.count < matrix.rows;
        if (perRow || rows.first == 0) file.put(tensors[i].name, bytes[i], perRow ? tensors[i].bytes() / matrix.rows * rows.first : 0);
    }
}

Piece pieceOf(const model::WeightMatrix& matrix, const std::shared_ptr<compressed::Layers>& layers) {
    const format::Format& format = layers->formatOf(matrix);
    const auto tensors = compressed::tensorsOf(matrix.name, matrix.rows, matrix.cols, format);
    return {matrix.name, tensors, [tensors, &matrix, &format, layers](SafetensorsWriter& file) {
                layers->packRows(matrix, [&](const PackedRows& rows) { putRows(file, tensors, matrix, format, rows); });
            }};
}

/// They are made while they are written: inputs must live until then.
std::vector<Piece> piecesOf(const model::Model& model, const recipe::Recipe& recipe, const measure::Inputs& inputs) {
    const auto layers = std::make_shared<compressed::Layers>(model, recipe, inputs);
    std::vector<Piece> pieces;
    for (const model::WeightMatrix& matrix : model.matrices())
        pieces.push_back(pieceOf(matrix, layers));
    for (const std::string& name : model.passthrough())
        pieces.push_back(passing(model.checkpoint().get(name)));
    return pieces;
}

std::map<std::string, std::string> textsOf(const model::Model& model, const recipe::Recipe& recipe) {
    return {{"config.json", compressed::configText(model, recipe)}, {recipeName, recipe::toJson(recipe)}};
}

HfFolder folderOf(const model::Model& model, const recipe::Recipe& recipe, const CompressedTensorsOptions& options,
                  const measure::Inputs& inputs) {
    recipe::refuseFor(loaderComplaints(model, recipe, options), Kind::Unsupported,
                      "vLLM and transformers would not load this recipe");
    return {.pieces = piecesOf(model, recipe, inputs),
            .texts = textsOf(model, recipe),
            .metadata = plainMetadata,
            .shardBytes = options.shardBytes};
}

/// The codes, scales and weights of one matrix are the quantizer's.
void verifyMatrix(const checkpoint::Checkpoint& checkpoint, const model::WeightMatrix& matrix,
                  compressed::Layers& layers) {
    const format::Format& format = layers.formatOf(matrix);
    const Packed expected = layers.packed(matrix);
    const auto tensors = compressed::tensorsOf(matrix.name, matrix.rows, matrix.cols, format);
    const auto bytes = compressed::bytesOf(expected, matrix.rows, matrix.cols, format);
    std::vector<std::span<const std::byte>> found;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const checkpoint::TensorView& tensor = tensorOf(checkpoint, tensors[i]);
        requireSame(tensor.bytes, bytes[i], tensor.where());
        found.push_back(tensor.bytes);
    }
    const Packed back = compressed::packedFrom(found, matrix.rows, matrix.cols, format);
    requireSame(back.codes, expected.codes, "codes of matrix " + matrix.name);
    requireSame(back.scales, expected.scales, "scales of matrix " + matrix.name);
    requireSame(back.zeros, expected.zeros, "zero points of matrix " + matrix.name);
}

void verifyConfig(const checkpoint::Checkpoint& checkpoint, const model::WeightMatrix& matrix,
                  const format::Format& format) {
    const std::string source = checkpoint.configSource();
    const auto scheme = compressed::schemeOf(format);
    const compressed::Matched wanted =
        scheme ? compressed::Matched{scheme->format, scheme->weights.dump()} : compressed::Matched{};
    const compressed::Matched found = compressed::matched(checkpoint.configText(), matrix.name, source);
    if (found == wanted) return;
    const auto shown = [](const compressed::Matched& one) {
        return one.format.empty() ? std::string("unquantized") : one.format + " " + one.weightsJson;
    };
    throw Error(Kind::Corrupt, source + ": a loader takes module " + matrix.name + " for " + shown(found) +
                                   ", but it is " + shown(wanted));
}

}  // namespace

std::vector<std::string> loaderComplaints(const model::Model& model, const recipe::Recipe& recipe,
                                          const CompressedTensorsOptions& options) {
    recipe::require(recipe, model);
    return compressed::complaints(model, recipe, options.widest);
}

Bytes compressedTensorsBytes(const model::Model& model, const recipe::Recipe& recipe) {
    Bytes sum = 0;
    const measure::Inputs none;
    for (const Piece& piece : piecesOf(model, recipe, none))
        sum += piece.bytes();
    return sum;
}

Bytes compressedTensorsFileBytes(const model::Model& model, const recipe::Recipe& recipe,
                                 const CompressedTensorsOptions& options) {
    const measure::Inputs none;
    return folderBytes(model, folderOf(model, recipe, options, none));
}

WrittenDigests writeCompressedTensors(const model::Model& model, const recipe::Recipe& recipe,
                            const std::filesystem::path& target, const CompressedTensorsOptions& options,
                            const Progress& progress, const InputSource& inputs) {
    measure::Inputs known;
    const HfFolder folder = folderOf(model, recipe, options, known);  // what cannot be written is said before anything is read
    known = askedOf(inputs, recipe);
    return writeHfFolder(model, folder, target, progress);
}

VerifyReport verifyCompressedTensors(const std::filesystem::path& folder, const model::Model& against,
                                     const Progress& progress, const InputSource& inputs, const WrittenDigests* written) {
    const recipe::Recipe recipe = recipe::read(folder / recipeName);
    recipe::require(recipe, against);
    const auto checkpoint = checkpoint::Checkpoint::open(folder);
    const Bytes planned = compressedTensorsBytes(against, recipe);
    if (checkpoint->bytes() != planned)
        throw Error(Kind::Corrupt, folder.string() + ": its tensors take " + std::to_string(checkpoint->bytes()) +
                                       " bytes, the recipe makes " + std::to_string(planned));
    VerifyReport report{.tensorBytes = planned, .fileBytes = bytesIn(folder), .againstModel = true};
    const std::int64_t total = std::ssize(against.matrices()) + std::ssize(against.passthrough());
    const measure::Inputs known = written ? measure::Inputs() : askedOf(inputs, recipe);
    compressed::Layers layers(against, recipe, known);
    for (const model::WeightMatrix& matrix : against.matrices()) {
        if (written)
            requireWritten(*checkpoint, compressed::tensorsOf(matrix.name, matrix.rows, matrix.cols, layers.formatOf(matrix)), *written);
        else
            verifyMatrix(*checkpoint, matrix, layers);
        verifyConfig(*checkpoint, matrix, layers.formatOf(matrix));
        ++report.matrices;
        report.weights += matrix.weights();
        progress.report({"verify", report.matrices, total, matrix.name});
        progress.checkpoint();
    }
    for (const std::string& name : against.passthrough()) {
        verifyPassing(checkpoint->get(name), &against);
        ++report.passthrough;
    }
    requireShards(*checkpoint, plainMetadata);
    requireCompanions(companionsOf(against, textsOf(against, recipe)), against, folder);
    return report;
}

}  // namespace dq::exporting

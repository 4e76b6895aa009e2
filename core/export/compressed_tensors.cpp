#include "core/export/compressed_tensors.hpp"

#include "core/export/compare.hpp"
#include "core/export/compressed/config.hpp"
#include "core/export/compressed/scheme.hpp"
#include "core/export/hf_folder.hpp"
#include "core/recipe/complaints.hpp"
#include "core/recipe/formats.hpp"

namespace dq::exporting {

namespace {

constexpr const char* recipeName = "recipe.json";

void putMatrix(SafetensorsWriter& file, const std::vector<StoredTensor>& tensors,
               const model::WeightMatrix& matrix, const checkpoint::TensorView& original,
               const format::Format& format, const kernels::Input& input) {
    try {
        const Packed ready = packed(original.floats(), matrix.rows, matrix.cols, format, input);
        const auto bytes = compressed::bytesOf(ready, matrix.rows, matrix.cols, format);
        for (std::size_t i = 0; i < tensors.size(); ++i)
            file.put(tensors[i].name, bytes[i]);
    } catch (const Error& error) {
        throw error.during(original.where());
    }
}

Piece pieceOf(const model::Model& model, const model::WeightMatrix& matrix, const format::Format& format,
              const measure::Inputs& inputs) {
    const auto tensors = compressed::tensorsOf(matrix.name, matrix.rows, matrix.cols, format);
    const checkpoint::TensorView& original = model.tensor(matrix);
    return {matrix.name, tensors, [tensors, &matrix, &original, &format, &inputs](SafetensorsWriter& file) {
                putMatrix(file, tensors, matrix, original, format, inputs.of(matrix.name, format));
            }};
}

/// They are made while they are written: inputs must live until then.
std::vector<Piece> piecesOf(const model::Model& model, const recipe::Recipe& recipe, const measure::Inputs& inputs) {
    const recipe::Formats formats(recipe);
    std::vector<Piece> pieces;
    for (const model::WeightMatrix& matrix : model.matrices())
        pieces.push_back(pieceOf(model, matrix, formats.of(matrix.name), inputs));
    for (const std::string& name : model.passthrough())
        pieces.push_back(passing(model.checkpoint().get(name)));
    return pieces;
}

/// The codes, scales and weights of one matrix are the quantizer's.
void verifyMatrix(const checkpoint::Checkpoint& checkpoint, const model::Model& against,
                  const model::WeightMatrix& matrix, const format::Format& format, const measure::Inputs& inputs) {
    const Packed expected = packed(against.tensor(matrix).floats(), matrix.rows, matrix.cols, format,
                                   inputs.of(matrix.name, format));
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
}

void verifyConfig(const checkpoint::Checkpoint& checkpoint, const model::WeightMatrix& matrix,
                  const format::Format& format) {
    const std::string source = (checkpoint.folder() / "config.json").string();
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

void writeCompressedTensors(const model::Model& model, const recipe::Recipe& recipe,
                            const std::filesystem::path& target, const CompressedTensorsOptions& options,
                            const Progress& progress, const InputSource& inputs) {
    recipe::refuseFor(loaderComplaints(model, recipe, options), Kind::Unsupported,
                      "vLLM and transformers would not load this recipe");
    const measure::Inputs known = askedOf(inputs, recipe);
    writeHfFolder(model,
                  {.pieces = piecesOf(model, recipe, known),
                   .texts = {{"config.json", compressed::configText(model, recipe)},
                             {recipeName, recipe::toJson(recipe)}},
                   .metadata = {{"format", "pt"}},
                   .shardBytes = options.shardBytes},
                  target, progress);
}

VerifyReport verifyCompressedTensors(const std::filesystem::path& folder, const model::Model& against,
                                     const Progress& progress, const InputSource& inputs) {
    const recipe::Recipe recipe = recipe::read(folder / recipeName);
    recipe::require(recipe, against);
    const measure::Inputs known = askedOf(inputs, recipe);
    const auto checkpoint = checkpoint::Checkpoint::open(folder);
    const Bytes planned = compressedTensorsBytes(against, recipe);
    if (checkpoint->bytes() != planned)
        throw Error(Kind::Corrupt, folder.string() + ": its tensors take " + std::to_string(checkpoint->bytes()) +
                                       " bytes, the recipe makes " + std::to_string(planned));
    VerifyReport report{.tensorBytes = planned, .fileBytes = fileBytesOf(*checkpoint), .againstModel = true};
    const std::int64_t total = std::ssize(against.matrices()) + std::ssize(against.passthrough());
    const recipe::Formats formats(recipe);
    for (const model::WeightMatrix& matrix : against.matrices()) {
        const format::Format& format = formats.of(matrix.name);
        verifyMatrix(*checkpoint, against, matrix, format, known);
        verifyConfig(*checkpoint, matrix, format);
        ++report.matrices;
        report.weights += matrix.weights();
        progress.report({"verify", report.matrices, total, matrix.name});
        progress.checkpoint();
    }
    for (const std::string& name : against.passthrough()) {
        verifyPassing(checkpoint->get(name), &against);
        ++report.passthrough;
    }
    return report;
}

}  // namespace dq::exporting

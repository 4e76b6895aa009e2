#include "core/export/dequantized.hpp"

#include "core/base/error.hpp"
#include "core/export/compare.hpp"
#include "core/export/hf_folder.hpp"
#include "core/export/rounded.hpp"
#include "core/recipe/formats.hpp"

namespace dq::exporting {

namespace {

constexpr const char* recipeName = "recipe.json";

std::vector<std::byte> bf16Of(const model::Model& model, const model::WeightMatrix& matrix,
                              const format::Format& format, const measure::Inputs& inputs) {
    const checkpoint::TensorView& original = model.tensor(matrix);
    try {
        const std::vector<float> weights = rounded(original.floats(), matrix.rows, matrix.cols, format, inputs.of(matrix.name, format));
        return packed(weights, matrix.rows, matrix.cols, format::get("bf16")).codes;
    } catch (const Error& error) {
        throw error.during(original.where());
    }
}

StoredTensor tensorFor(const model::WeightMatrix& matrix) {
    return {matrix.tensor, DType::BF16, {matrix.rows, matrix.cols}};
}

/// Its pieces are made while they are written: model and inputs must live until then.
HfFolder folderOf(const model::Model& model, const recipe::Recipe& recipe, const NativeOptions& options,
                  const measure::Inputs& inputs) {
    recipe::require(recipe, model);
    for (const model::WeightMatrix& matrix : model.matrices())
        if (!isOwnTensor(matrix))
            throw Error(Kind::Unsupported, "matrix " + matrix.name + ": it is a part of a stacked tensor or stored turned, "
                                           "which this target does not write yet");
    HfFolder folder{.texts = {{recipeName, recipe::toJson(recipe)}},
                    .metadata = {{"format", "pt"}},
                    .shardBytes = options.shardBytes};
    const recipe::Formats formats(recipe);
    for (const model::WeightMatrix& matrix : model.matrices())
        folder.pieces.push_back({matrix.name, {tensorFor(matrix)},
                                 [&model, &matrix, &inputs, &format = formats.of(matrix.name)](SafetensorsWriter& file) {
                                     file.put(matrix.tensor, bf16Of(model, matrix, format, inputs));
                                 }});
    for (const std::string& name : model.passthrough())
        folder.pieces.push_back(passing(model.checkpoint().get(name)));
    return folder;
}

}  // namespace

Bytes dequantizedFileBytes(const model::Model& model, const recipe::Recipe& recipe, const NativeOptions& options) {
    const measure::Inputs none;
    return folderBytes(model, folderOf(model, recipe, options, none));
}

void writeDequantized(const model::Model& model, const recipe::Recipe& recipe,
                      const std::filesystem::path& target, const NativeOptions& options,
                      const Progress& progress, const InputSource& inputs) {
    measure::Inputs known;
    const HfFolder folder = folderOf(model, recipe, options, known);  // what cannot be written is said before anything is read
    known = askedOf(inputs, recipe);
    writeHfFolder(model, folder, target, progress);
}

VerifyReport verifyDequantized(const std::filesystem::path& folder, const model::Model& against,
                               const Progress& progress, const InputSource& inputs) {
    const recipe::Recipe recipe = recipe::read(folder / recipeName);
    recipe::require(recipe, against);
    const measure::Inputs known = askedOf(inputs, recipe);
    const auto checkpoint = checkpoint::Checkpoint::open(folder);
    VerifyReport report{.tensorBytes = checkpoint->bytes(),
                        .fileBytes = bytesIn(folder),
                        .againstModel = true};
    const recipe::Formats formats(recipe);
    for (const model::WeightMatrix& matrix : against.matrices()) {
        const checkpoint::TensorView& found = tensorOf(*checkpoint, tensorFor(matrix));
        requireSame(found.bytes, bf16Of(against, matrix, formats.of(matrix.name), known), found.where());
        ++report.matrices;
        report.weights += matrix.weights();
        progress.report({"verify", report.matrices, std::ssize(against.matrices()), matrix.name});
        progress.checkpoint();
    }
    for (const std::string& name : against.passthrough()) {
        verifyPassing(checkpoint->get(name), &against);
        ++report.passthrough;
    }
    return report;
}

}  // namespace dq::exporting

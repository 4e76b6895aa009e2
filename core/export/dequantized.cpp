#include "core/export/dequantized.hpp"

#include <cstring>
#include <functional>
#include <map>
#include <memory>

#include "core/base/error.hpp"
#include "core/export/companions.hpp"
#include "core/export/compare.hpp"
#include "core/export/hf_folder.hpp"
#include "core/export/manifest.hpp"
#include "core/export/packing.hpp"
#include "core/export/shards_check.hpp"
#include "core/recipe/formats.hpp"

namespace dq::exporting {

namespace {

/// A tensor of the original and the matrices in it: one as it stands or turned, or all experts of a block.
struct Whole {
    std::string tensor;
    std::vector<const model::WeightMatrix*> parts;

    const model::WeightMatrix& first() const { return *parts.front(); }
};

std::vector<Whole> wholesOf(const model::Model& model) {
    std::vector<Whole> wholes;
    std::map<std::string_view, std::size_t> known;
    for (const model::WeightMatrix& matrix : model.matrices()) {
        const auto [at, isNew] = known.emplace(matrix.tensor, wholes.size());
        if (isNew) wholes.push_back({matrix.tensor, {}});
        wholes[at->second].parts.push_back(&matrix);
    }
    return wholes;
}

StoredTensor tensorFor(const Whole& whole) {
    const model::WeightMatrix& matrix = whole.first();
    if (matrix.slice >= 0) return {whole.tensor, DType::BF16, {matrix.slices, matrix.rows, matrix.cols}};
    if (matrix.transposed) return {whole.tensor, DType::BF16, {matrix.cols, matrix.rows}};
    return {whole.tensor, DType::BF16, {matrix.rows, matrix.cols}};
}

/// [rows, cols] of BF16 as [cols, rows].
std::vector<std::byte> turned(std::span<const std::byte> from, std::int64_t rows, std::int64_t cols) {
    std::vector<std::byte> to(from.size());
    for (std::int64_t i = 0; i < rows; ++i)
        for (std::int64_t j = 0; j < cols; ++j)
            std::memcpy(to.data() + 2 * (j * rows + i), from.data() + 2 * (i * cols + j), 2);
    return to;
}

using Take = std::function<void(Bytes at, std::span<const std::byte>)>;

void takeBf16(const model::Model& model, const model::WeightMatrix& matrix, const format::Format& format, const measure::Inputs& inputs,
              const Take& take) {
    const checkpoint::TensorView& original = model.tensor(matrix);
    try {
        bf16Rows(original, format, inputs.of(matrix.name, format), [&](std::int64_t first, std::span<const std::byte> bytes) {
            matrix.transposed ? take(0, turned(bytes, matrix.rows, matrix.cols)) : take(first * matrix.cols * 2, bytes);
        });
    } catch (const Error& error) {
        throw error.during(original.where());
    }
}

/// Its parts one behind the other.
void takeBf16(const model::Model& model, const Whole& whole, const recipe::Formats& formats, const measure::Inputs& inputs, const Take& take) {
    Bytes before = 0;
    for (const model::WeightMatrix* part : whole.parts) {
        takeBf16(model, *part, formats.of(part->name), inputs, [&](Bytes at, std::span<const std::byte> bytes) { take(before + at, bytes); });
        before += part->weights() * 2;
    }
}

/// Its pieces are made while they are written: model and inputs must live until then.
HfFolder folderOf(const model::Model& model, const recipe::Recipe& recipe, const NativeOptions& options,
                  const measure::Inputs& inputs) {
    recipe::require(recipe, model);
    HfFolder folder{.texts = {{recipeName, recipe::toJson(recipe)}},
                    .metadata = plainMetadata,
                    .shardBytes = options.shardBytes};
    const auto formats = std::make_shared<const recipe::Formats>(recipe);
    for (Whole& whole : wholesOf(model))
        folder.pieces.push_back({whole.tensor, {tensorFor(whole)}, [&model, whole, &inputs, formats](SafetensorsWriter& file) {
                                     takeBf16(model, whole, *formats, inputs,
                                              [&](Bytes at, std::span<const std::byte> bytes) { file.put(whole.tensor, bytes, at); });
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

WrittenDigests writeDequantized(const model::Model& model, const recipe::Recipe& recipe,
                      const std::filesystem::path& target, const NativeOptions& options,
                      const Progress& progress, const InputSource& inputs) {
    measure::Inputs known;
    const HfFolder folder = folderOf(model, recipe, options, known);  // what cannot be written is said before anything is read
    known = askedOf(inputs, recipe);
    return writeHfFolder(model, folder, target, progress);
}

VerifyReport verifyDequantized(const std::filesystem::path& folder, const model::Model& against,
                               const Progress& progress, const InputSource& inputs, const WrittenDigests* written) {
    const recipe::Recipe recipe = recipe::read(folder / recipeName);
    recipe::require(recipe, against);
    const measure::Inputs known = written ? measure::Inputs() : askedOf(inputs, recipe);
    const auto checkpoint = checkpoint::Checkpoint::open(folder);
    VerifyReport report{.tensorBytes = checkpoint->bytes(),
                        .fileBytes = bytesIn(folder),
                        .againstModel = true};
    const recipe::Formats formats(recipe);
    for (const Whole& whole : wholesOf(against)) {
        const StoredTensor tensor = tensorFor(whole);
        const checkpoint::TensorView& found = tensorOf(*checkpoint, tensor);
        if (written)
            written->require(tensor.name, found.bytes, found.where());
        else
            takeBf16(against, whole, formats, known, [&](Bytes at, std::span<const std::byte> bytes) { requireSameAt(found.bytes, at, bytes, found.where()); });
        report.matrices += std::ssize(whole.parts);
        progress.report({"verify", report.matrices, std::ssize(against.matrices()), whole.tensor});
        progress.checkpoint();
    }
    report.weights = against.weights();
    for (const std::string& name : against.passthrough()) {
        verifyPassing(checkpoint->get(name), &against);
        ++report.passthrough;
    }
    requireShards(*checkpoint, plainMetadata);
    requireCompanions(companionsOf(against, {{recipeName, recipe::toJson(recipe)}}), against, folder);
    return report;
}

}  // namespace dq::exporting

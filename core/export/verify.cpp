#include <cstring>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/compare.hpp"
#include "core/export/manifest.hpp"
#include "core/export/native.hpp"
#include "core/export/rounded.hpp"
#include "core/export/shards_check.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;
using checkpoint::Checkpoint;
using checkpoint::TensorView;

Packed readPacked(const Checkpoint& checkpoint, const StoredMatrix& stored) {
    const auto bytesOf = [&](const StoredTensor& tensor) {
        const auto bytes = tensorOf(checkpoint, tensor).bytes;
        return std::vector<std::byte>(bytes.begin(), bytes.end());
    };
    Packed matrix;
    matrix.codes = bytesOf(stored.codes);
    if (!stored.scales.name.empty()) matrix.scales = bytesOf(stored.scales);
    if (!stored.zeros.name.empty()) matrix.zeros = bytesOf(stored.zeros);
    if (!stored.global.name.empty())
        std::memcpy(&matrix.global, tensorOf(checkpoint, stored.global).bytes.data(), sizeof(float));
    return matrix;
}

/// The packed matrix against what the one quantizer makes of the original weights.
void compare(const Packed& found, std::span<const float> weights, const StoredMatrix& stored,
             const Checkpoint& checkpoint, const TensorView& original, const measure::Inputs& inputs) {
    const format::Format& format = format::get(stored.format);
    const Packed expected = packed(original.floats(), stored.rows, stored.cols, format, inputs.of(stored.name, format));
    requireSame(found.codes, expected.codes, checkpoint.get(stored.codes.name).where());
    if (!stored.scales.name.empty())
        requireSame(found.scales, expected.scales, checkpoint.get(stored.scales.name).where());
    if (!stored.zeros.name.empty())
        requireSame(found.zeros, expected.zeros, checkpoint.get(stored.zeros.name).where());
    if (!stored.global.name.empty())
        requireSame(std::as_bytes(std::span(&found.global, 1)), std::as_bytes(std::span(&expected.global, 1)),
                    checkpoint.get(stored.global.name).where());
    const std::vector<float> rounded = unpacked(expected, stored.rows, stored.cols, format);
    requireSame(std::as_bytes(weights), std::as_bytes(std::span(rounded)), "matrix " + stored.name);
}

/// Every tensor of the files is in the manifest and the other way round.
void requireComplete(const Checkpoint& checkpoint, const Manifest& manifest) {
    std::set<std::string> names(manifest.passthrough.begin(), manifest.passthrough.end());
    for (const StoredMatrix& matrix : manifest.matrices)
        for (const StoredTensor& tensor : matrix.tensors())
            names.insert(tensor.name);
    for (const TensorView& tensor : checkpoint.tensors())
        if (names.erase(tensor.name) == 0)
            throw Error(Kind::Corrupt, tensor.where() + ": is not in the manifest");
    if (!names.empty())
        throw Error(Kind::Corrupt, checkpoint.folder().string() + ": tensor " + *names.begin() +
                                       " is in the manifest, but in no file");
}

void requireRecipe(const Manifest& manifest, const recipe::Recipe& recipe, const fs::path& folder) {
    const std::string where =
        folder.string() + ": recipe.json and " + manifestName + " contradict each other: ";
    std::map<std::string, std::string> formats;
    for (const recipe::Recipe::Entry& entry : recipe.entries)
        formats[entry.matrix] = entry.format;
    for (const StoredMatrix& matrix : manifest.matrices)
        if (formats[matrix.name] != matrix.format)
            throw Error(Kind::Corrupt, where + "matrix " + matrix.name + " is \"" + formats[matrix.name] +
                                           "\" in the one and " + matrix.format + " in the other");
    if (formats.size() != manifest.matrices.size())
        throw Error(Kind::Corrupt, where + std::to_string(formats.size()) + " and " +
                                       std::to_string(manifest.matrices.size()) + " matrices");
    if (recipe.bytes != manifest.bytes || recipe.modelFingerprint != manifest.modelFingerprint)
        throw Error(Kind::Corrupt, where + std::to_string(recipe.bytes) + " and " +
                                       std::to_string(manifest.bytes) + " bytes, models " +
                                       recipe.modelFingerprint + " and " + manifest.modelFingerprint);
}

/// The files that hold no tensors are those that were written.
void requireFiles(const Manifest& manifest, const fs::path& folder) {
    for (const std::string& name : manifest.files.names()) {
        const fs::path file = folder / name;
        std::error_code fault;
        if (fs::path(name).filename() != name || !fs::is_regular_file(file, fault))
            throw Error(Kind::Corrupt, (folder / manifestName).string() + ": names a file " + json::excerpt(name) + ", which is missing");
        manifest.files.require(name, MappedFile(file).bytes(), file.string());
    }
}

/// The manifest is the one that this model and this recipe give.
void requireOf(const model::Model& model, const recipe::Recipe& recipe, const Manifest& manifest,
               const fs::path& folder) {
    const Manifest expected = manifestOf(model, recipe);
    const std::string where = (folder / manifestName).string() + ": ";
    for (std::size_t i = 0; i < expected.matrices.size(); ++i)
        if (i >= manifest.matrices.size() || manifest.matrices[i] != expected.matrices[i])
            throw Error(Kind::Corrupt,
                        where + "matrix " + expected.matrices[i].name + " is not described as the model's");
    if (manifest.files != expected.files)
        throw Error(Kind::Corrupt, where + "the files it names are not those that model and recipe give");
    if (manifest.passthrough != expected.passthrough)
        throw Error(Kind::Corrupt, where + "its " + std::to_string(manifest.passthrough.size()) +
                                       " passthrough tensors are not the model's " +
                                       std::to_string(expected.passthrough.size()));
}

}  // namespace

VerifyReport verifyNative(const fs::path& folder, const model::Model* against, const Progress& progress,
                          const InputSource& inputs, const WrittenDigests* written) {
    const Manifest manifest = readManifest(folder / manifestName);
    const recipe::Recipe recipe = recipe::read(folder / recipeName);
    const auto checkpoint = Checkpoint::open(folder);
    requireComplete(*checkpoint, manifest);
    requireRecipe(manifest, recipe, folder);
    if (checkpoint->bytes() != recipe.bytes)
        throw Error(Kind::Corrupt, folder.string() + ": its tensors take " +
                                       std::to_string(checkpoint->bytes()) + " bytes, the recipe promises " +
                                       std::to_string(recipe.bytes));
    if (against) requireOf(*against, recipe, manifest, folder);
    requireShards(*checkpoint, nativeMetadata);
    requireFiles(manifest, folder);
    const measure::Inputs known = against && !written ? askedOf(inputs, recipe) : measure::Inputs();

    VerifyReport report{.tensorBytes = checkpoint->bytes(),
                        .fileBytes = bytesIn(folder),
                        .againstModel = against != nullptr};
    const std::int64_t total = std::ssize(manifest.matrices) + std::ssize(manifest.passthrough);
    const auto step = [&](const std::string& name) {
        progress.report({"verify", report.matrices + report.passthrough, total, name});
        progress.checkpoint();
    };
    const auto verifyMatrix = [&](const StoredMatrix& stored) {
        requireSaid(*checkpoint, stored.tensors(), manifest.tensors);
        if (written) return requireWritten(*checkpoint, stored.tensors(), *written);
        const Packed found = readPacked(*checkpoint, stored);
        const std::vector<float> weights =
            unpacked(found, stored.rows, stored.cols, format::get(stored.format));
        if (!isPlain(format::get(stored.format))) requireFinite(weights, checkpoint->get(stored.codes.name).where());
        if (against)
            compare(found, weights, stored, *checkpoint,
                    against->tensor(against->matrices()[against->indexOf(stored.name).value()]), known);
    };
    for (const StoredMatrix& stored : manifest.matrices) {
        verifyMatrix(stored);
        ++report.matrices;
        report.weights += stored.rows * stored.cols;
        step(stored.name);
    }
    for (const std::string& name : manifest.passthrough) {
        verifyPassing(checkpoint->get(name), against);
        manifest.tensors.require(name, checkpoint->get(name).bytes, checkpoint->get(name).where());
        ++report.passthrough;
        step(name);
    }
    return report;
}

}  // namespace dq::exporting

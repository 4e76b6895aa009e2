#include "core/export/native.hpp"

#include "core/base/error.hpp"
#include "core/export/hf_folder.hpp"
#include "core/export/manifest.hpp"
#include "core/export/packing.hpp"

namespace dq::exporting {

namespace {

void putRows(SafetensorsWriter& file, const StoredMatrix& stored, const PackedRows& rows) {
    const auto put = [&](const StoredTensor& tensor, std::span<const std::byte> bytes) {
        if (!tensor.name.empty()) file.put(tensor.name, bytes, std::ssize(bytes) / rows.count * rows.first);
    };
    put(stored.codes, rows.matrix.codes);
    put(stored.scales, rows.matrix.scales);
    put(stored.zeros, rows.matrix.zeros);
    if (rows.first == 0) put(stored.global, std::as_bytes(std::span(&rows.matrix.global, 1)));
}

void putMatrix(SafetensorsWriter& file, const StoredMatrix& stored, const checkpoint::TensorView& tensor,
               const measure::Inputs& inputs) {
    try {
        const format::Format& format = format::get(stored.format);
        packRows(tensor, format, inputs.of(stored.name, format), [&](const PackedRows& rows) { putRows(file, stored, rows); });
    } catch (const Error& error) {
        throw error.during(tensor.where());
    }
}

Piece pieceOf(const StoredMatrix& stored, const checkpoint::TensorView& tensor, const measure::Inputs& inputs) {
    return {stored.name, stored.tensors(),
            [stored, &tensor, &inputs](SafetensorsWriter& file) { putMatrix(file, stored, tensor, inputs); }};
}

/// Its pieces are made while they are written: inputs must live until then.
HfFolder folderOf(const model::Model& model, const recipe::Recipe& recipe, const NativeOptions& options,
                  const measure::Inputs& inputs) {
    const Manifest manifest = manifestOf(model, recipe);
    HfFolder folder{.texts = {{recipeName, recipe::toJson(recipe)}, {manifestName, toJson(manifest)}},
                    .metadata = nativeMetadata,
                    .shardBytes = options.shardBytes,
                    .seal = [manifest](std::map<std::string, std::string>& texts, const Digests& tensors) {
                        Manifest sealed = manifest;
                        sealed.tensors = tensors;
                        texts[manifestName] = toJson(sealed);
                    }};
    for (std::size_t i = 0; i < manifest.matrices.size(); ++i)
        folder.pieces.push_back(pieceOf(manifest.matrices[i], model.tensor(model.matrices()[i]), inputs));
    for (const std::string& name : manifest.passthrough)
        folder.pieces.push_back(passing(model.checkpoint().get(name)));
    return folder;
}

}  // namespace

Bytes nativeFileBytes(const model::Model& model, const recipe::Recipe& recipe, const NativeOptions& options) {
    const measure::Inputs none;
    return folderBytes(model, folderOf(model, recipe, options, none));
}

WrittenDigests writeNative(const model::Model& model, const recipe::Recipe& recipe, const std::filesystem::path& target,
                 const NativeOptions& options, const Progress& progress, const InputSource& inputs) {
    measure::Inputs known;
    const HfFolder folder = folderOf(model, recipe, options, known);  // what cannot be written is said before anything is read
    known = askedOf(inputs, recipe);
    return writeHfFolder(model, folder, target, progress);
}

}  // namespace dq::exporting

#include "core/export/native.hpp"

#include "core/base/error.hpp"
#include "core/export/hf_folder.hpp"
#include "core/export/manifest.hpp"
#include "core/export/packing.hpp"

namespace dq::exporting {

namespace {

void putMatrix(SafetensorsWriter& file, const StoredMatrix& stored, const checkpoint::TensorView& tensor,
               const measure::Inputs& inputs) {
    Packed matrix;
    try {
        const format::Format& format = format::get(stored.format);
        matrix = packedMatrix(tensor, format, inputs.of(stored.name, format));
    } catch (const Error& error) {
        throw error.during(tensor.where());
    }
    file.put(stored.codes.name, matrix.codes);
    if (!stored.scales.name.empty()) file.put(stored.scales.name, matrix.scales);
    if (!stored.zeros.name.empty()) file.put(stored.zeros.name, matrix.zeros);
    if (!stored.global.name.empty())
        file.put(stored.global.name, std::as_bytes(std::span(&matrix.global, 1)));
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

Digests writeNative(const model::Model& model, const recipe::Recipe& recipe, const std::filesystem::path& target,
                 const NativeOptions& options, const Progress& progress, const InputSource& inputs) {
    measure::Inputs known;
    const HfFolder folder = folderOf(model, recipe, options, known);  // what cannot be written is said before anything is read
    known = askedOf(inputs, recipe);
    return writeHfFolder(model, folder, target, progress);
}

}  // namespace dq::exporting

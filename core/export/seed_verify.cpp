#include <map>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/checkpoint/safetensors.hpp"
#include "core/export/companions.hpp"
#include "core/export/compare.hpp"
#include "core/export/manifest.hpp"
#include "core/export/packing.hpp"
#include "core/export/seed/config.hpp"
#include "core/export/seed/contents.hpp"
#include "core/export/seed_folder.hpp"
#include "core/export/unmeasured.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;
using checkpoint::TensorView;
using model::WeightMatrix;
using seed::Contents;

/// The format that the config gives a matrix, whose shape it must have.
std::string formatIn(const seed::Config& config, const WeightMatrix& matrix) {
    const auto found = config.layers.find(matrix.name);
    if (found == config.layers.end()) return "bf16";
    const seed::Layer& layer = found->second;
    if (layer.rows != matrix.rows || layer.cols != matrix.cols)
        throw Error(Kind::Corrupt, config.source + ": module " + layer.module + " is [" + std::to_string(layer.rows) + ", " +
                                       std::to_string(layer.cols) + "], in the model [" + std::to_string(matrix.rows) + ", " +
                                       std::to_string(matrix.cols) + "]");
    return seed::formatOf(layer.bits, layer.group)->name;
}

recipe::Recipe recipeIn(const seed::Config& config, const model::Model& model) {
    for (const auto& [module, layer] : config.layers)
        if (!model.indexOf(module)) throw Error(Kind::Corrupt, config.source + ": module " + json::excerpt(module) + " is no matrix of the model");
    return unmeasured(model, config.source, [&](const WeightMatrix& matrix) { return formatIn(config, matrix); });
}

/// The safetensors files of the folder: tensors by name.
class PlainFiles {
public:
    PlainFiles(const fs::path& folder, bool isOurs) : folder_(folder), isOurs_(isOurs) {
        while (fs::is_regular_file(folder / seed::plainName(next_))) add(seed::plainName(next_++));
        if (isOurs || fs::is_regular_file(folder / seed::buffersName)) add(seed::buffersName);
    }

    const TensorView& take(const std::string& name) {
        const auto found = tensors_.find(name);
        if (found == tensors_.end())
            throw Error(Kind::Corrupt, folder_.string() + ": tensor " + name + " is in no file, and " + seed::plainName(next_) + " is not there");
        found->second.isTaken = true;
        return found->second.view;
    }

    /// Every tensor was asked for; the first program's buffers may be more than a model's files hold.
    void requireAllTaken() const {
        for (const auto& [name, tensor] : tensors_)
            if (!tensor.isTaken && (isOurs_ || tensor.view.file != seed::buffersName))
                throw Error(Kind::Corrupt, (folder_ / tensor.view.file).string() + ": tensor " + name + " is none that the model makes");
    }

private:
    struct Known {
        TensorView view;
        bool isTaken = false;
    };

    void add(const std::string& name) {
        const std::string shown = (folder_ / name).string();
        const MappedFile& file = files_.emplace_back(folder_ / name);
        const std::vector<TensorView> tensors = checkpoint::readHeader(file.bytes(), shown, name);
        if (isOurs_) requireFront(tensors, file, shown);
        for (const TensorView& tensor : tensors)
            if (!tensors_.emplace(tensor.name, Known{tensor}).second) throw Error(Kind::Corrupt, shown + ": tensor " + tensor.name + " is in another file too");
    }

    static void requireFront(const std::vector<TensorView>& tensors, const MappedFile& file, const std::string& shown) {
        std::vector<StoredTensor> stored;
        for (const TensorView& tensor : tensors) stored.push_back({tensor.name, tensor.dtype, tensor.shape});
        const std::string front = safetensorsFront(stored, plainMetadata);
        requireSameAt(file.bytes(), 0, std::as_bytes(std::span(front)), shown + ": its header");
    }

    const fs::path& folder_;
    bool isOurs_;
    std::vector<MappedFile> files_;
    std::map<std::string, Known, std::less<>> tensors_;
    std::size_t next_ = 0;
};

class Verification {
public:
    Verification(const fs::path& folder, const model::Model& model, const measure::Inputs& inputs, const WrittenDigests* written)
        : folder_(folder), model_(model), inputs_(inputs), written_(written) {}

    void requireLayer(const Contents::Quantized& one) const {
        const seed::Layer& layer = one.layer;
        const MappedFile packed = sized(layer.packedFile(), layer.packedBytes()), scales = sized(layer.scalesFile(), layer.scaleBytes());
        const std::string packedAt = (folder_ / layer.packedFile()).string(), scalesAt = (folder_ / layer.scalesFile()).string();
        if (written_) {
            written_->require(layer.packedFile(), packed.bytes(), packedAt);
            return written_->require(layer.scalesFile(), scales.bytes(), scalesAt);
        }
        packRows(model_.tensor(*one.matrix), *one.format, inputs_.of(layer.module, *one.format), [&](const PackedRows& rows) {
            requireSameAt(packed.bytes(), rows.first * layer.rowBytes(), seed::streamOf(layer, rows.matrix.codes), packedAt);
            requireSameAt(scales.bytes(), rows.first * layer.groups() * 4, rows.matrix.scales, scalesAt);
        });
    }

    void requirePlain(const WeightMatrix& matrix, const TensorView& found) const {
        requireStored(found, seed::storedPlain(matrix));
        if (written_) return written_->require(matrix.tensor, found.bytes, found.where());
        bf16Rows(model_.tensor(matrix), format::get("bf16"), {}, [&](std::int64_t first, std::span<const std::byte> bytes) {
            requireSameAt(found.bytes, first * matrix.cols * 2, bytes, found.where());
        });
    }

private:
    MappedFile sized(const std::string& name, Bytes expected) const {
        const fs::path path = folder_ / name;
        std::error_code fault;
        if (!fs::is_regular_file(path, fault)) throw Error(Kind::Corrupt, path.string() + ": is missing");
        MappedFile file(path);
        if (std::ssize(file.bytes()) != expected)
            throw Error(Kind::Corrupt, path.string() + ": has " + std::to_string(file.bytes().size()) + " bytes, expected " + std::to_string(expected));
        return file;
    }

    const fs::path& folder_;
    const model::Model& model_;
    const measure::Inputs& inputs_;
    const WrittenDigests* written_;
};

}  // namespace

recipe::Recipe seedRecipe(const fs::path& folder, const model::Model& model) {
    return recipeIn(seed::readConfig(folder), model);
}

VerifyReport verifySeed(const fs::path& folder, const model::Model& against, const Progress& progress, const InputSource& inputs,
                        const WrittenDigests* written) {
    const seed::Config config = seed::readConfig(folder);
    const bool isOurs = config.isOurs || fs::exists(folder / recipeName);
    const recipe::Recipe recipe = isOurs ? recipe::read(folder / recipeName) : recipeIn(config, against);
    const Contents contents = seed::contentsOf(against, recipe);
    if (isOurs) requireCompanions(companionsOf(against, contents.texts(against, recipe)), against, folder);
    PlainFiles files(folder, isOurs);
    const measure::Inputs known = written ? measure::Inputs() : askedOf(inputs, recipe);
    const Verification verification(folder, against, known, written);

    VerifyReport report{.weights = against.weights(), .tensorBytes = contents.tensorBytes(against), .fileBytes = bytesIn(folder), .againstModel = true};
    const auto step = [&](const std::string& name) {
        progress.report({"verify", ++report.matrices, std::ssize(against.matrices()), name});
        progress.checkpoint();
    };
    for (const Contents::Quantized& one : contents.layers) {
        verification.requireLayer(one);
        step(one.layer.module);
    }
    for (const WeightMatrix* matrix : contents.plain) {
        verification.requirePlain(*matrix, files.take(matrix->tensor));
        step(matrix->name);
    }
    for (const auto* const names : {&contents.passing, &contents.buffers})
        for (const std::string& name : *names) {
            verifyPassing(files.take(name), &against);
            ++report.passthrough;
        }
    files.requireAllTaken();
    return report;
}

}  // namespace dq::exporting

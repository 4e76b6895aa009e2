#include "core/export/native.hpp"

#include <array>
#include <memory>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/export/manifest.hpp"
#include "core/export/rounded.hpp"
#include "core/export/safetensors_writer.hpp"
#include "core/json/json.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;

constexpr std::array companions{"config.json",
                                "generation_config.json",
                                "tokenizer.json",
                                "tokenizer_config.json",
                                "special_tokens_map.json",
                                "tokenizer.model",
                                "chat_template.jinja",
                                "vocab.json",
                                "merges.txt"};

/// What is written together: the tensors of one matrix, or one tensor that passes through.
struct Piece {
    const model::WeightMatrix* matrix = nullptr;
    const checkpoint::TensorView* passing = nullptr;
    StoredMatrix stored;  // of a matrix
    std::vector<StoredTensor> tensors;

    Bytes bytes() const {
        Bytes sum = 0;
        for (const StoredTensor& tensor : tensors)
            sum += tensor.bytes();
        return sum;
    }
    const std::string& name() const { return matrix ? matrix->name : passing->name; }
};
using Shard = std::vector<Piece>;

std::vector<Piece> piecesOf(const model::Model& model, const Manifest& manifest) {
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < manifest.matrices.size(); ++i) {
        const StoredMatrix& stored = manifest.matrices[i];
        pieces.push_back({&model.matrices()[i], nullptr, stored, stored.tensors()});
    }
    for (const std::string& name : manifest.passthrough) {
        const checkpoint::TensorView& tensor = model.checkpoint().get(name);
        pieces.push_back({nullptr, &tensor, {}, {{name, tensor.dtype, tensor.shape}}});
    }
    return pieces;
}

std::vector<Shard> shardsOf(std::vector<Piece> pieces, Bytes shardBytes) {
    std::vector<Shard> shards(1);
    Bytes filled = 0;
    for (Piece& piece : pieces) {
        if (!shards.back().empty() && filled + piece.bytes() > shardBytes) {
            shards.emplace_back();
            filled = 0;
        }
        filled += piece.bytes();
        shards.back().push_back(std::move(piece));
    }
    return shards;
}

std::string shardName(std::size_t index, std::size_t count) {
    if (count == 1) return "model.safetensors";
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "model-%05zu-of-%05zu.safetensors", index + 1, count);
    return name.data();
}

void putMatrix(SafetensorsWriter& file, const Piece& piece, const model::Model& model) {
    const checkpoint::TensorView& tensor = model.tensor(*piece.matrix);
    const format::Format& format = format::get(piece.stored.format);
    Packed matrix;
    try {
        matrix = packed(tensor.floats(), piece.matrix->rows, piece.matrix->cols, format);
    } catch (const Error& error) {
        throw error.during(tensor.where());
    }
    file.put(piece.stored.codes.name, matrix.codes);
    if (!piece.stored.scales.name.empty()) file.put(piece.stored.scales.name, matrix.scales);
    if (!piece.stored.global.name.empty())
        file.put(piece.stored.global.name, std::as_bytes(std::span(&matrix.global, 1)));
}

/// The folder the target will lie in, or the nearest one above it that exists.
fs::path existingParent(const fs::path& target) {
    fs::path folder = fs::absolute(target).parent_path();
    std::error_code ignored;
    while (!fs::exists(folder, ignored) && folder.has_relative_path())
        folder = folder.parent_path();
    return folder;
}

void requireSpace(const model::Model& model, const Manifest& manifest, const fs::path& target) {
    constexpr Bytes perTensor = 512;  // its share of header, index and manifest
    Bytes wanted = manifest.bytes + 1_MiB + perTensor * std::ssize(manifest.passthrough) +
                   4 * perTensor * std::ssize(manifest.matrices);
    std::error_code fault;
    for (const char* name : companions) {
        const auto size = fs::file_size(model.checkpoint().folder() / name, fault);
        if (!fault) wanted += static_cast<Bytes>(size);
    }
    const fs::space_info space = fs::space(existingParent(target), fault);
    if (!fault && space.available < static_cast<std::uintmax_t>(wanted))
        throw Error(Kind::Io, target.string() + ": needs " + showBytes(wanted) + ", but only " +
                                  showBytes(static_cast<Bytes>(space.available)) + " are free there");
}

void copyCompanions(const fs::path& from, const fs::path& to, const fs::path& target) {
    for (const char* name : companions) {
        std::error_code fault;
        if (!fs::is_regular_file(from / name, fault)) continue;
        fs::copy_file(from / name, to / name, fault);
        if (!fault)
            fs::permissions(to / name, fs::perms::owner_write, fs::perm_options::add,
                            fault);  // of a read-only model too
        if (fault) throw Error(Kind::Io, (target / name).string() + ": cannot write: " + fault.message());
    }
}

void writeIndex(const std::vector<Shard>& shards, Bytes bytes, const fs::path& file) {
    json::Json map = json::Json::object();
    for (std::size_t i = 0; i < shards.size(); ++i)
        for (const Piece& piece : shards[i])
            for (const StoredTensor& tensor : piece.tensors)
                map[tensor.name] = shardName(i, shards.size());
    const json::Json index{{"metadata", {{"total_size", bytes}}}, {"weight_map", map}};
    writeFile(file, index.dump(1) + "\n");
}

void writeShard(const Shard& shard, const model::Model& model, SafetensorsWriter& file,
                const std::function<void(const Piece&)>& onPiece) {
    for (const Piece& piece : shard) {
        if (piece.matrix)
            putMatrix(file, piece, model);
        else
            file.put(piece.passing->name, piece.passing->bytes);
        onPiece(piece);
    }
    file.close();
}

}  // namespace

void writeNative(const model::Model& model, const recipe::Recipe& recipe, const fs::path& target,
                 const NativeOptions& options, const Progress& progress) {
    const Manifest manifest = manifestOf(model, recipe);
    const std::vector<Shard> shards = shardsOf(piecesOf(model, manifest), options.shardBytes);
    AtomicDirectory folder(target);
    requireSpace(model, manifest, target);
    std::int64_t done = 0;
    const std::int64_t total = std::ssize(manifest.matrices) + std::ssize(manifest.passthrough);
    for (std::size_t i = 0; i < shards.size(); ++i) {
        const std::string name = shardName(i, shards.size());
        std::vector<StoredTensor> tensors;
        for (const Piece& piece : shards[i])
            tensors.insert(tensors.end(), piece.tensors.begin(), piece.tensors.end());
        SafetensorsWriter file(folder.beside() / name, (target / name).string(), std::move(tensors));
        writeShard(shards[i], model, file, [&](const Piece& piece) {
            progress.report({"write", ++done, total, piece.name()});
            progress.checkpoint();
        });
    }
    if (shards.size() > 1)
        writeIndex(shards, manifest.bytes, folder.beside() / "model.safetensors.index.json");
    copyCompanions(model.checkpoint().folder(), folder.beside(), target);
    writeFile(folder.beside() / "recipe.json", recipe::toJson(recipe));
    writeFile(folder.beside() / manifestName, toJson(manifest));
    folder.commit();
}

}  // namespace dq::exporting

#include "core/export/seed_folder.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"
#include "core/base/version.hpp"
#include "core/export/companions.hpp"
#include "core/export/compare.hpp"
#include "core/export/disk_space.hpp"
#include "core/export/packing.hpp"
#include "core/export/seed/contents.hpp"
#include "core/export/unfinished.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;
using seed::Contents;

Bytes bytesOf(const std::vector<Piece>& pieces, Bytes shardBytes) {
    Bytes sum = 0;
    for (const Shard& shard : shardsOf(pieces, shardBytes)) sum += safetensorsBytes(tensorsOf(shard), plainMetadata);
    return sum;
}

/// Another one begun under the same name is thrown away; no file of this one is taken over.
std::string identityOf(const model::Model& model, const std::map<std::string, std::string>& texts) {
    Fingerprint print;
    print.add(std::string_view("seed"));
    print.add(std::string_view(model.checkpoint().fingerprint()));
    print.add(std::string_view(toolVersion));
    for (const auto& [name, text] : texts) print.add(std::string_view(text));
    return print.hex();
}

/// A file that is filled by any thread, in any order, from its byte `at` on.
class RawFile {
public:
    RawFile(const fs::path& path, Bytes size) : file_(path), size_(size) { file_.reserve(size); }
    void put(Bytes at, std::span<const std::byte> bytes) {
        file_.writeAt(at, bytes);
        digest_.add(at, bytes);
    }
    WrittenDigest close() {
        file_.startWriting(0, size_);
        file_.commit();
        return digest_.digest();
    }

private:
    AtomicFile file_;
    Bytes size_;
    DigestMaker digest_;
};

class Folder {
public:
    Folder(const model::Model& model, const Contents& contents, const fs::path& beside, const fs::path& target, const Progress& progress)
        : model_(model), contents_(contents), beside_(beside), target_(target), progress_(progress) {}

    void putLayers(const measure::Inputs& inputs) {
        fs::create_directory(beside_ / seed::weightsName);
        for (const Contents::Quantized& one : contents_.layers) {
            putLayer(one, inputs);
            step(one.layer.module);
        }
    }

    void putShards(Bytes shardBytes) {
        const std::vector<Shard> shards = shardsOf(contents_.plainPieces(model_), shardBytes);
        for (std::size_t i = 0; i < shards.size(); ++i) putShard(shards[i], seed::plainName(i));
        putShard(contents_.bufferPieces(model_), seed::buffersName);
    }

    const WrittenDigests& digests() const { return digests_; }

private:
    void putLayer(const Contents::Quantized& one, const measure::Inputs& inputs) {
        const seed::Layer& layer = one.layer;
        RawFile packed(beside_ / layer.packedFile(), layer.packedBytes()), scales(beside_ / layer.scalesFile(), layer.scaleBytes());
        const checkpoint::TensorView& tensor = model_.tensor(*one.matrix);
        try {
            packRows(tensor, *one.format, inputs.of(layer.module, *one.format), [&](const PackedRows& rows) {
                packed.put(rows.first * layer.rowBytes(), seed::streamOf(layer, rows.matrix.codes));
                scales.put(rows.first * layer.groups() * 4, rows.matrix.scales);
            });
        } catch (const Error& error) {
            throw error.during(tensor.where());
        }
        digests_.add(layer.packedFile(), packed.close());
        digests_.add(layer.scalesFile(), scales.close());
    }

    void putShard(const Shard& shard, const std::string& name) {
        SafetensorsWriter file(beside_ / name, (target_ / name).string(), tensorsOf(shard), plainMetadata);
        for (const Piece& piece : shard) {
            piece.write(file);
            step(piece.name);
        }
        digests_.add(file.digests());
        file.close();
    }

    void step(const std::string& name) {
        const auto total = contents_.layers.size() + contents_.plain.size() + contents_.passing.size() + contents_.buffers.size();
        progress_.report({"write", ++done_, static_cast<std::int64_t>(total), name});
        progress_.checkpoint();
    }

    const model::Model& model_;
    const Contents& contents_;
    const fs::path& beside_;
    const fs::path& target_;
    const Progress& progress_;
    WrittenDigests digests_;
    std::int64_t done_ = 0;
};

}  // namespace

Bytes seedFileBytes(const model::Model& model, const recipe::Recipe& recipe, const SeedOptions& options) {
    const Contents contents = seed::contentsOf(model, recipe);
    Bytes sum = bytesOf(companionsOf(model, contents.texts(model, recipe)), model);
    for (const Contents::Quantized& one : contents.layers) sum += one.layer.packedBytes() + one.layer.scaleBytes();
    const std::vector<Piece> buffers = contents.bufferPieces(model);
    return sum + bytesOf(contents.plainPieces(model), options.shardBytes) + safetensorsBytes(tensorsOf(buffers), plainMetadata);
}

WrittenDigests writeSeed(const model::Model& model, const recipe::Recipe& recipe, const fs::path& target, const SeedOptions& options,
                         const Progress& progress, const InputSource& inputs) {
    const Contents contents = seed::contentsOf(model, recipe);
    const auto texts = contents.texts(model, recipe);
    const measure::Inputs known = askedOf(inputs, recipe);
    Unfinished folder(target, identityOf(model, texts));
    requireSpace(seedFileBytes(model, recipe, options), target);
    Folder files(model, contents, folder.beside(), target, progress);
    files.putLayers(known);
    files.putShards(options.shardBytes);
    exporting::write(companionsOf(model, texts), model, folder.beside(), target);
    folder.commit();
    return files.digests();
}

bool isSeedFolder(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / seed::configName, ignored) || fs::is_directory(folder / seed::weightsName, ignored);
}

}  // namespace dq::exporting

#include "core/export/hf_folder.hpp"

#include <array>
#include <cstdio>
#include <mutex>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"
#include "core/base/mapped_file.hpp"
#include "core/base/parallel.hpp"
#include "core/base/version.hpp"
#include "core/checkpoint/safetensors.hpp"
#include "core/export/companions.hpp"
#include "core/export/compare.hpp"
#include "core/export/disk_space.hpp"
#include "core/export/unfinished.hpp"
#include "core/json/json.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;

std::string shardName(std::size_t index, std::size_t count) {
    if (count == 1) return "model.safetensors";
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "model-%05zu-of-%05zu.safetensors", index + 1, count);
    return name.data();
}

std::string indexText(const std::vector<Shard>& shards) {
    json::Json map = json::Json::object();
    Bytes bytes = 0;
    for (std::size_t i = 0; i < shards.size(); ++i)
        for (const Piece& piece : shards[i]) {
            bytes += piece.bytes();
            for (const StoredTensor& tensor : piece.tensors)
                map[tensor.name] = shardName(i, shards.size());
        }
    const json::Json index{{"metadata", {{"total_size", bytes}}}, {"weight_map", map}};
    return index.dump(1) + "\n";
}

}  // namespace

Bytes Piece::bytes() const {
    Bytes sum = 0;
    for (const StoredTensor& tensor : tensors)
        sum += tensor.bytes();
    return sum;
}

Piece passing(const checkpoint::TensorView& tensor) {
    return {tensor.name,
            {{tensor.name, tensor.dtype, tensor.shape}},
            [&tensor](SafetensorsWriter& file) { file.put(tensor.name, tensor.bytes); }};
}

std::vector<Shard> shardsOf(const std::vector<Piece>& pieces, Bytes shardBytes) {
    std::vector<Shard> shards(1);
    Bytes filled = 0;
    for (const Piece& piece : pieces) {
        if (!shards.back().empty() && filled + piece.bytes() > shardBytes) {
            shards.emplace_back();
            filled = 0;
        }
        filled += piece.bytes();
        shards.back().push_back(piece);
    }
    return shards;
}

std::vector<StoredTensor> tensorsOf(const Shard& shard) {
    std::vector<StoredTensor> tensors;
    for (const Piece& piece : shard)
        tensors.insert(tensors.end(), piece.tensors.begin(), piece.tensors.end());
    return tensors;
}

Bytes folderBytes(const model::Model& model, const HfFolder& contents) {
    const std::vector<Shard> shards = shardsOf(contents.pieces, contents.shardBytes);
    Bytes sum = shards.size() > 1 ? std::ssize(indexText(shards)) : 0;
    for (const Shard& shard : shards)
        sum += safetensorsBytes(tensorsOf(shard), contents.metadata);
    return sum + bytesOf(companionsOf(model, contents.texts), model);
}

namespace {

/// What two runs of one export have in common, and no other: the model, the program, every header and every text.
std::string identityOf(const model::Model& model, const HfFolder& contents, const std::vector<Shard>& shards) {
    Fingerprint print;
    print.add(std::string_view(model.checkpoint().fingerprint()));
    print.add(std::string_view(toolVersion));
    for (const auto& [name, text] : contents.texts) {
        print.add(std::string_view(name));
        print.add(std::string_view(text));
    }
    for (const Shard& shard : shards) print.add(std::string_view(safetensorsFront(tensorsOf(shard), contents.metadata)));
    return print.hex();
}

class Shards {
public:
    Shards(const HfFolder& contents, const std::vector<Shard>& shards, Unfinished& folder, const fs::path& target, const Progress& progress)
        : contents_(contents), shards_(shards), folder_(folder), target_(target), progress_(progress) {}

    WrittenDigests write() {
        WrittenDigests all;
        for (std::size_t i = 0; i < shards_.size(); ++i) {
            const std::string name = shardName(i, shards_.size());
            const auto kept = folder_.whole(name);
            all.add(kept ? *kept : writeOne(shards_[i], name));
            if (kept) step(std::ssize(shards_[i]), name);
            if (!kept && shards_.size() > 1) folder_.keep(name, written_);
        }
        return all;
    }

private:
    const WrittenDigests& writeOne(const Shard& shard, const std::string& name) {
        SafetensorsWriter file(folder_.beside() / name, (target_ / name).string(), tensorsOf(shard), contents_.metadata);
        for (const Piece& piece : shard) {
            piece.write(file);
            for (const StoredTensor& tensor : piece.tensors) file.startWriting(tensor.name);
            step(1, piece.name);
        }
        written_ = file.digests();
        file.close();
        return written_;
    }

    void step(std::int64_t pieces, const std::string& name) {
        done_ += pieces;
        progress_.report({"write", done_, std::ssize(contents_.pieces), name});
        progress_.checkpoint();
    }

    const HfFolder& contents_;
    const std::vector<Shard>& shards_;
    Unfinished& folder_;
    const fs::path& target_;
    const Progress& progress_;
    WrittenDigests written_;
    std::int64_t done_ = 0;
};

/// Of all tensors as they lie in the files.
Digests digestsIn(const fs::path& folder, std::size_t shards) {
    Digests all;
    std::mutex guard;
    for (std::size_t i = 0; i < shards; ++i) {
        const std::string name = shardName(i, shards);
        const MappedFile file(folder / name);
        const auto tensors = checkpoint::readHeader(file.bytes(), (folder / name).string(), name);
        parallelFor(std::ssize(tensors), [&](std::int64_t t) {
            const checkpoint::TensorView& tensor = tensors[static_cast<std::size_t>(t)];
            Digests one;
            one.add(tensor.name, tensor.bytes);
            const std::lock_guard lock(guard);
            all.add(one);
        });
    }
    return all;
}

}  // namespace

WrittenDigests writeHfFolder(const model::Model& model, const HfFolder& contents, const fs::path& target, const Progress& progress) {
    const std::vector<Shard> shards = shardsOf(contents.pieces, contents.shardBytes);
    Unfinished folder(target, identityOf(model, contents, shards));
    requireSpace(folderBytes(model, contents) - bytesIn(folder.beside()), target);
    WrittenDigests digests = Shards(contents, shards, folder, target, progress).write();
    if (shards.size() > 1) writeFile(folder.beside() / "model.safetensors.index.json", indexText(shards));
    Companions companions = companionsOf(model, contents.texts);
    if (contents.seal) contents.seal(companions.texts, digestsIn(folder.beside(), shards.size()));
    exporting::write(companions, model, folder.beside(), target);
    folder.commit();
    return digests;
}

}  // namespace dq::exporting

#include "core/export/hf_folder.hpp"

#include <array>
#include <cstdio>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"
#include "core/base/version.hpp"
#include "core/export/compare.hpp"
#include "core/export/disk_space.hpp"
#include "core/export/unfinished.hpp"
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

using Shard = std::vector<Piece>;

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

std::string shardName(std::size_t index, std::size_t count) {
    if (count == 1) return "model.safetensors";
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "model-%05zu-of-%05zu.safetensors", index + 1, count);
    return name.data();
}

/// Files of the original that are copied: those that are there and that no text replaces.
std::vector<std::string> companionsOf(const model::Model& model, const std::map<std::string, std::string>& texts) {
    std::vector<std::string> names;
    std::error_code fault;
    if (model.checkpoint().ggufHeader()) return names;
    for (const char* name : companions)
        if (!texts.contains(name) && fs::is_regular_file(model.checkpoint().folder() / name, fault)) names.emplace_back(name);
    return names;
}

/// Files that are written: those of the target, and what a GGUF file says in place of the original's.
std::map<std::string, std::string> textsOf(const model::Model& model, const HfFolder& contents) {
    std::map<std::string, std::string> texts = contents.texts;
    if (!model.checkpoint().ggufHeader()) return texts;
    for (const char* name : companions)
        if (auto text = model.checkpoint().companion(name)) texts.emplace(name, std::move(*text));
    return texts;
}

void copyCompanions(const std::vector<std::string>& names, const fs::path& from, const fs::path& to, const fs::path& target) {
    for (const std::string& name : names) {
        std::error_code fault;
        fs::copy_file(from / name, to / name, fs::copy_options::overwrite_existing, fault);
        if (!fault)
            fs::permissions(to / name, fs::perms::owner_write, fs::perm_options::add,
                            fault);  // of a read-only model too
        if (fault) throw Error(Kind::Io, (target / name).string() + ": cannot write: " + fault.message());
    }
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

std::vector<StoredTensor> tensorsOf(const Shard& shard) {
    std::vector<StoredTensor> tensors;
    for (const Piece& piece : shard)
        tensors.insert(tensors.end(), piece.tensors.begin(), piece.tensors.end());
    return tensors;
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

Bytes folderBytes(const model::Model& model, const HfFolder& contents) {
    const std::vector<Shard> shards = shardsOf(contents.pieces, contents.shardBytes);
    Bytes sum = shards.size() > 1 ? std::ssize(indexText(shards)) : 0;
    for (const Shard& shard : shards)
        sum += safetensorsBytes(tensorsOf(shard), contents.metadata);
    const auto texts = textsOf(model, contents);
    for (const auto& [name, text] : texts)
        sum += std::ssize(text);
    for (const std::string& name : companionsOf(model, texts))
        sum += static_cast<Bytes>(fs::file_size(model.checkpoint().folder() / name));
    return sum;
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

    Digests write() {
        Digests all;
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
    const Digests& writeOne(const Shard& shard, const std::string& name) {
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
    Digests written_;
    std::int64_t done_ = 0;
};

}  // namespace

Digests writeHfFolder(const model::Model& model, const HfFolder& contents, const fs::path& target, const Progress& progress) {
    const std::vector<Shard> shards = shardsOf(contents.pieces, contents.shardBytes);
    Unfinished folder(target, identityOf(model, contents, shards));
    requireSpace(folderBytes(model, contents) - bytesIn(folder.beside()), target);
    Digests digests = Shards(contents, shards, folder, target, progress).write();
    if (shards.size() > 1) writeFile(folder.beside() / "model.safetensors.index.json", indexText(shards));
    const auto texts = textsOf(model, contents);
    copyCompanions(companionsOf(model, texts), model.checkpoint().folder(), folder.beside(), target);
    for (const auto& [name, text] : texts)
        writeFile(folder.beside() / name, text);
    folder.commit();
    return digests;
}

}  // namespace dq::exporting

#include "core/checkpoint/gguf/opened.hpp"

#include <array>
#include <set>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/keys.hpp"
#include "core/checkpoint/gguf/splits.hpp"
#include "core/checkpoint/gguf/types.hpp"
#include "core/json/json.hpp"

namespace dq::checkpoint::gguf {

namespace {

namespace fs = std::filesystem;

constexpr std::array families{"llama", "qwen2", "qwen2moe", "qwen3", "qwen3moe", "qwen3next", "qwen35", "qwen35moe", "gemma2", "gemma3", "phi3", "gpt2"};

std::vector<fs::path> partsOf(const fs::path& path) {
    const auto name = splitNameOf(path);
    if (!name) return {path};
    std::vector<fs::path> paths;
    for (std::size_t i = 0; i < name->count; ++i) {
        paths.push_back(path.parent_path() / fileName({name->stem, i, name->count}));
        if (!fs::is_regular_file(paths.back()))
            throw Error(Kind::Input, path.string() + ": is one of " + std::to_string(name->count) + " parts, and " + paths.back().string() + " is not there");
    }
    return paths;
}

/// What a part says about its place is where it stands.
void requirePlace(const Opened& opened, std::size_t index) {
    const std::string where = opened.paths[index].string();
    const std::size_t count = opened.paths.size();
    const auto said = [&](const char* key, std::size_t expected) {
        const Value* const value = opened.parts[index].find(key);
        const auto* const number = value ? std::get_if<std::uint16_t>(value) : nullptr;
        if (number ? *number != expected : count > 1)
            throw Error(Kind::Corrupt, where + ": key " + key + (number ? " is " + std::to_string(*number) : " is missing") + ", its name says " +
                                           std::to_string(expected));
    };
    said(splitIndexKey, index);
    said(splitCountKey, count == 1 ? (opened.parts[index].find(splitCountKey) ? 1 : 0) : count);
}

void requireApart(const Opened& opened) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < opened.parts.size(); ++i)
        for (const TensorInfo& tensor : opened.parts[i].header.tensors)
            if (!names.insert(tensor.name).second)
                throw Error(Kind::Corrupt, opened.paths[i].string() + ": tensor " + json::excerpt(tensor.name) + " stands in another part, too");
}

void requireTotal(const Opened& opened) {
    if (!opened.find(splitTensorsKey)) return;
    std::size_t total = 0;
    for (const Read& part : opened.parts) total += part.header.tensors.size();
    const std::int64_t promised = Keys(opened).count(splitTensorsKey);
    if (promised != static_cast<std::int64_t>(total))
        throw Error(Kind::Corrupt, opened.source() + ": key " + splitTensorsKey + " promises " + std::to_string(promised) + " tensors, its parts hold " +
                                       std::to_string(total));
}

}  // namespace

Opened open(const fs::path& path) {
    Opened opened;
    opened.paths = partsOf(path);
    for (const fs::path& part : opened.paths) {
        opened.parts.push_back(read(part, tensorBytes));
        requirePlace(opened, opened.parts.size() - 1);
    }
    requireApart(opened);
    requireTotal(opened);
    return opened;
}

std::string Opened::family() const {
    const auto said = Keys(*this).text("general.architecture");
    if (!said) throw Error(Kind::Corrupt, source() + ": key general.architecture is missing");
    std::string known;
    for (const char* const one : families) {
        if (*said == one) return one;
        known += (known.empty() ? "" : ", ") + std::string(one);
    }
    throw Error(Kind::Unsupported, source() + ": GGUF files of " + known + " are read as models, not of \"" + json::excerpt(*said) +
                                       "\"; give the folder of the original");
}

}  // namespace dq::checkpoint::gguf

#include <algorithm>
#include <fstream>
#include <map>
#include <unordered_map>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/gguf/metadata.hpp"
#include "core/json/json.hpp"

namespace dq::exporting::gguf {

namespace {

namespace fs = std::filesystem;
using json::Json;

enum TokenType : std::int32_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

struct Vocabulary {
    std::vector<std::string> tokens;
    std::vector<std::int32_t> types;

    explicit Vocabulary(std::int64_t size) {
        for (std::int64_t i = 0; i < size; ++i)
            tokens.push_back("[PAD" + std::to_string(i) + "]");
        types.assign(static_cast<std::size_t>(size), Unused);
    }
    void put(const std::string& token, std::int64_t id, TokenType type, const fs::path& source) {
        if (id < 0 || id >= std::ssize(tokens))
            throw Error(Kind::Corrupt, source.string() + ": token " + std::to_string(id) +
                                           " is beyond the embedding's " + std::to_string(tokens.size()) + " rows");
        tokens[static_cast<std::size_t>(id)] = token;
        types[static_cast<std::size_t>(id)] = type;
    }
};

Json readJson(const fs::path& path) {
    if (!fs::exists(path)) return Json::object();
    Json parsed = Json::parse(readText(path), nullptr, false);
    if (!parsed.is_object()) throw Error(Kind::Corrupt, path.string() + ": is no JSON object");
    return parsed;
}

bool isByte(const std::string& token) {
    return token.size() == 6 && token.starts_with("<0x") && token.ends_with(">");
}

Vocabulary vocabularyOf(const Json& tokenizer, std::int64_t size, const fs::path& source) {
    const Json& model = tokenizer.at("model");
    const bool fallback = model.value("byte_fallback", false);
    const std::string unknown = model.contains("unk_token") && model["unk_token"].is_string() ? model["unk_token"].get<std::string>() : "";
    Vocabulary vocabulary(size);
    for (const auto& [token, id] : model.at("vocab").items())
        vocabulary.put(token, id.get<std::int64_t>(), fallback && isByte(token) ? Byte : Normal, source);
    for (const Json& added : tokenizer.value("added_tokens", Json::array()))
        vocabulary.put(added.at("content").get<std::string>(), added.at("id").get<std::int64_t>(),
                       added.value("special", false) ? Control : UserDefined, source);
    if (fallback)
        for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i)
            if (!unknown.empty() && vocabulary.tokens[i] == unknown) vocabulary.types[i] = Unknown;
    return vocabulary;
}

/// "a b", whichever way the file writes a pair.
std::vector<std::string> mergesOf(const Json& model) {
    std::vector<std::string> merges;
    for (const Json& merge : model.value("merges", Json::array()))
        merges.push_back(merge.is_string() ? merge.get<std::string>()
                                           : merge.at(0).get<std::string>() + " " + merge.at(1).get<std::string>());
    return merges;
}

/// llama.cpp merges what makes the token of the highest score; a merge list makes the earliest pair. The same where a
/// token's score is minus the rank of the first merge that makes it.
std::vector<float> scoresOf(const Vocabulary& vocabulary, const std::vector<std::string>& merges) {
    std::unordered_map<std::string, std::size_t> rank;
    for (std::size_t i = 0; i < merges.size(); ++i) {
        std::string made = merges[i];
        made.erase(made.find(' '), 1);
        rank.emplace(std::move(made), i);
    }
    std::vector<float> scores;
    for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i) {
        const auto found = rank.find(vocabulary.tokens[i]);
        const bool merged = found != rank.end() && vocabulary.types[i] == Normal;
        scores.push_back(merged ? -static_cast<float>(found->second) : (vocabulary.types[i] == Normal ? -1e6f : 0.0f));
    }
    return scores;
}

/// llama.cpp's name for the regular expression that cuts text into words.
std::string preTokenizerOf(const Json& tokenizer) {
    const std::string text = tokenizer.value("pre_tokenizer", Json()).dump();
    const auto has = [&](const char* part) { return text.find(part) != std::string::npos; };
    if (has("\\\\p{N}{1,3}")) return "llama-bpe";
    if (has("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}")) return "qwen2";
    if (has("\"ByteLevel\"") && !has("\"use_regex\":false")) return "gpt-2";
    return "default";
}

std::string contentOf(const Json& token) {
    if (token.is_string()) return token.get<std::string>();
    return token.is_object() ? token.value("content", "") : "";
}

void addSpecialIds(std::vector<Entry>& entries, const Vocabulary& vocabulary, const Json& tokenizerConfig,
                   const Json& config) {
    const auto& tokens = vocabulary.tokens;
    for (const auto& [name, key] : {std::pair{"bos_token", "bos"}, {"eos_token", "eos"}, {"unk_token", "unknown"}, {"pad_token", "padding"}}) {
        const std::string own = std::string(name);
        std::optional<std::uint32_t> id;
        if (tokenizerConfig.contains(own)) {
            const auto found = std::find(tokens.begin(), tokens.end(), contentOf(tokenizerConfig[own]));
            if (found != tokens.end()) id = static_cast<std::uint32_t>(found - tokens.begin());
        }
        const std::string inConfig = own + "_id";
        if (!id && config.contains(inConfig) && config[inConfig].is_number_unsigned()) id = config[inConfig].get<std::uint32_t>();
        if (id && *id < tokens.size()) entries.push_back({std::string("tokenizer.ggml.") + key + "_token_id", *id});
    }
}

/// Whether an encoded text begins with a token of its own, as the post-processor's template says.
bool beginsWithSpecial(const Json& processor) {
    if (processor.is_object() && processor.contains("processors")) {
        const Json& all = processor["processors"];
        return std::any_of(all.begin(), all.end(), beginsWithSpecial);
    }
    return processor.is_object() && processor.contains("single") && processor["single"].is_array() &&
           !processor["single"].empty() && processor["single"][0].contains("SpecialToken");
}

std::string chatTemplateOf(const fs::path& folder, const Json& tokenizerConfig) {
    if (fs::exists(folder / "chat_template.jinja")) return readText(folder / "chat_template.jinja");
    return tokenizerConfig.contains("chat_template") && tokenizerConfig["chat_template"].is_string()
               ? tokenizerConfig["chat_template"].get<std::string>()
               : "";
}

std::vector<Entry> entriesOf(const fs::path& folder, const Json& tokenizer, std::int64_t size) {
    const fs::path source = folder / "tokenizer.json";
    const Json& model = tokenizer.at("model");
    if (model.value("type", "BPE") != "BPE")
        throw Error(Kind::Unsupported, source.string() + ": GGUF is written for BPE tokenizers, this one is " + model.value("type", ""));
    const Json tokenizerConfig = readJson(folder / "tokenizer_config.json");
    const Vocabulary vocabulary = vocabularyOf(tokenizer, size, source);
    const std::vector<std::string> merges = mergesOf(model);
    const bool sentencePiece = model.value("byte_fallback", false);
    std::vector<Entry> entries{{"tokenizer.ggml.model", std::string(sentencePiece ? "llama" : "gpt2")},
                               {"tokenizer.ggml.pre", sentencePiece ? std::string("default") : preTokenizerOf(tokenizer)},
                               {"tokenizer.ggml.tokens", vocabulary.tokens},
                               {"tokenizer.ggml.token_type", vocabulary.types}};
    if (sentencePiece)
        entries.push_back({"tokenizer.ggml.scores", scoresOf(vocabulary, merges)});
    else
        entries.push_back({"tokenizer.ggml.merges", merges});
    addSpecialIds(entries, vocabulary, tokenizerConfig, readJson(folder / "config.json"));
    entries.push_back({"tokenizer.ggml.add_bos_token", beginsWithSpecial(tokenizer.value("post_processor", Json()))});
    const std::string normalizer = tokenizer.value("normalizer", Json()).dump();
    const std::string splitter = tokenizer.value("pre_tokenizer", Json()).dump();
    entries.push_back({"tokenizer.ggml.add_space_prefix",
                       normalizer.find("\"Prepend\"") != std::string::npos ||
                           splitter.find("\"Metaspace\"") != std::string::npos ||
                           splitter.find("\"add_prefix_space\":true") != std::string::npos});
    if (const std::string chat = chatTemplateOf(folder, tokenizerConfig); !chat.empty())
        entries.push_back({"tokenizer.chat_template", chat});
    return entries;
}

std::vector<Entry> tokenizerIn(const Header& header) {
    std::vector<Entry> entries;
    std::ranges::copy_if(header.entries, std::back_inserter(entries), [](const Entry& entry) { return entry.key.starts_with("tokenizer."); });
    return entries;
}

}  // namespace

std::vector<Entry> tokenizerEntries(const checkpoint::Checkpoint& checkpoint, std::int64_t vocabulary) {
    if (const Header* const header = checkpoint.ggufHeader()) return tokenizerIn(*header);
    const fs::path& folder = checkpoint.folder();
    const fs::path source = folder / "tokenizer.json";
    if (!fs::exists(source)) throw Error(Kind::Input, source.string() + ": GGUF needs the tokenizer, and there is none");
    try {
        return entriesOf(folder, readJson(source), vocabulary);
    } catch (const Json::exception&) {
        throw Error(Kind::Corrupt, source.string() + ": is no tokenizer that Hugging Face's library writes");
    }
}

}  // namespace dq::exporting::gguf

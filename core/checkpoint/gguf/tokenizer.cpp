#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/keys.hpp"
#include "core/json/json.hpp"

namespace dq::checkpoint::gguf {

namespace {

using json::Json;

enum TokenType : std::int32_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

/// tokenizer.ggml.*, compared with each other.
struct Vocabulary {
    std::vector<std::string> tokens;
    std::vector<std::int32_t> types;
    std::vector<float> scores;  // empty: none given

    bool is(std::size_t id, TokenType type) const { return types[id] == type; }
};

template <class T>
void requireEach(const std::vector<T>& list, std::size_t tokens, const char* key, const Keys& keys) {
    if (list.size() != tokens)
        throw keys.wrong(key, "a list of " + std::to_string(list.size()) + ", and there are " + std::to_string(tokens) + " tokens");
}

Vocabulary vocabularyOf(const Keys& keys) {
    constexpr const char* const typesKey = "tokenizer.ggml.token_type";
    constexpr const char* const scoresKey = "tokenizer.ggml.scores";
    Vocabulary vocabulary;
    const auto* const tokens = keys.list<std::vector<std::string>>("tokenizer.ggml.tokens");
    if (!tokens) throw keys.wrong("tokenizer.ggml.tokens", "missing");
    vocabulary.tokens = *tokens;
    vocabulary.types.assign(tokens->size(), Normal);
    if (const auto* const types = keys.list<std::vector<std::int32_t>>(typesKey)) vocabulary.types = *types;
    if (const auto* const scores = keys.list<std::vector<float>>(scoresKey)) vocabulary.scores = *scores;
    requireEach(vocabulary.types, tokens->size(), typesKey, keys);
    if (!vocabulary.scores.empty()) requireEach(vocabulary.scores, tokens->size(), scoresKey, keys);
    return vocabulary;
}

Json vocabJson(const Vocabulary& vocabulary) {
    Json::object_t ids;
    ids.reserve(vocabulary.tokens.size());
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id)
        if (!vocabulary.is(id, Unused)) ids.emplace_back(vocabulary.tokens[id], id);  // that of the base: no search for the key
    return ids;
}

Json addedJson(const Vocabulary& vocabulary) {
    Json added = Json::array();
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        const bool special = vocabulary.is(id, Control) || vocabulary.is(id, Unknown);
        if (!special && !vocabulary.is(id, UserDefined)) continue;
        added.push_back({{"id", id}, {"content", vocabulary.tokens[id]}, {"single_word", false}, {"lstrip", false}, {"rstrip", false},
                         {"normalized", false}, {"special", special}});
    }
    return added;
}

/// A list of scores says the same as a list of merges: all pairs of tokens that make a token, the best token first.
Json mergesFrom(const Vocabulary& vocabulary) {
    struct Merge {
        float score = 0;
        std::string_view left, right;
    };
    std::unordered_map<std::string_view, std::size_t> ids;
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id)
        if (vocabulary.is(id, Normal)) ids.emplace(vocabulary.tokens[id], id);
    std::vector<Merge> merges;
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        constexpr std::size_t longest = 1024;  // bounds the work for a token nobody would learn
        const std::string_view token = vocabulary.tokens[id];
        if (!vocabulary.is(id, Normal) || token.size() > longest) continue;
        for (std::size_t cut = 1; cut < token.size(); ++cut)
            if (ids.contains(token.substr(0, cut)) && ids.contains(token.substr(cut)))
                merges.push_back({vocabulary.scores[id], token.substr(0, cut), token.substr(cut)});
    }
    std::ranges::stable_sort(merges, std::greater<>(), &Merge::score);
    Json list = Json::array();
    for (const Merge& merge : merges) list.push_back({merge.left, merge.right});
    return list;
}

/// How words are cut, by llama.cpp's name for it.
struct Cut {
    const char* name;
    const char* pattern;  // null: GPT-2's own
    bool ignoresMerges, begins;
};
constexpr const char* llama3Words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* qwen2Words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::array cuts{Cut{"gpt-2", nullptr, false, false}, Cut{"llama-bpe", llama3Words, true, true}, Cut{"llama3", llama3Words, true, true},
                          Cut{"llama-v3", llama3Words, true, true}, Cut{"qwen2", qwen2Words, false, false}};

Cut cutOf(const Keys& keys) {
    const std::string name = keys.text("tokenizer.ggml.pre").value_or("default");
    std::string known;
    for (const Cut& cut : cuts) {
        if (name == cut.name) return cut;
        known += (known.empty() ? "" : ", ") + std::string(cut.name);
    }
    throw Error(Kind::Unsupported, keys.source() + ": the tokenizer cuts words as \"" + json::excerpt(name) + "\" does; " + known +
                                       " are read: give ready token ids instead of text");
}

/// Which token begins (or ends) every text; absent: none does.
std::optional<std::size_t> framing(const Keys& keys, const char* which, bool usual, const Vocabulary& vocabulary) {
    const std::string key = std::string("tokenizer.ggml.") + which + "_token_id";
    if (!keys.flag(std::string("tokenizer.ggml.add_") + which + "_token").value_or(usual) || !keys.has(key)) return {};
    const auto id = static_cast<std::size_t>(keys.count(key));
    if (id >= vocabulary.tokens.size()) throw keys.wrong(key, "beyond the " + std::to_string(vocabulary.tokens.size()) + " tokens");
    return id;
}

Json frame(const Keys& keys, const Vocabulary& vocabulary, bool begins) {
    const auto first = framing(keys, "bos", begins, vocabulary), last = framing(keys, "eos", false, vocabulary);
    if (!first && !last) return nullptr;
    Json single = Json::array(), special = Json::object();
    const auto put = [&](std::size_t id) {
        const std::string& token = vocabulary.tokens[id];
        single.push_back({{"SpecialToken", {{"id", token}, {"type_id", 0}}}});
        special[token] = {{"id", token}, {"ids", {id}}, {"tokens", {token}}};
    };
    if (first) put(*first);
    single.push_back({{"Sequence", {{"id", "A"}, {"type_id", 0}}}});
    if (last) put(*last);
    Json pair = single;
    pair.push_back({{"Sequence", {{"id", "B"}, {"type_id", 1}}}});
    return {{"type", "TemplateProcessing"}, {"single", single}, {"pair", pair}, {"special_tokens", special}};
}

Json byteLevel(const Keys& keys, const Vocabulary& vocabulary) {
    const Cut cut = cutOf(keys);
    const bool prefix = keys.flag("tokenizer.ggml.add_space_prefix").value_or(false);
    const Json bytes{{"type", "ByteLevel"}, {"add_prefix_space", prefix}, {"trim_offsets", true}, {"use_regex", cut.pattern == nullptr}};
    Json splitter = bytes;
    if (cut.pattern) {
        const Json split{{"type", "Split"}, {"pattern", {{"Regex", cut.pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
        splitter = {{"type", "Sequence"}, {"pretokenizers", {split, bytes}}};
    }
    const auto* const merges = keys.list<std::vector<std::string>>("tokenizer.ggml.merges");
    const bool normal = cut.pattern == qwen2Words;
    return {{"version", "1.0"},
            {"truncation", nullptr},
            {"padding", nullptr},
            {"added_tokens", addedJson(vocabulary)},
            {"normalizer", normal ? Json{{"type", "NFC"}} : Json()},
            {"pre_tokenizer", splitter},
            {"post_processor", frame(keys, vocabulary, cut.begins)},
            {"decoder", {{"type", "ByteLevel"}, {"add_prefix_space", true}, {"trim_offsets", true}, {"use_regex", true}}},
            {"model", {{"type", "BPE"}, {"dropout", nullptr}, {"unk_token", nullptr}, {"continuing_subword_prefix", nullptr},
                       {"end_of_word_suffix", nullptr}, {"fuse_unk", false}, {"byte_fallback", false}, {"ignore_merges", cut.ignoresMerges},
                       {"vocab", vocabJson(vocabulary)}, {"merges", merges ? Json(*merges) : Json::array()}}}};
}

Json sentencePiece(const Keys& keys, const Vocabulary& vocabulary) {
    constexpr const char* const mark = "\u2581";  // stands for a space
    if (vocabulary.scores.empty()) throw keys.wrong("tokenizer.ggml.scores", "missing");
    Json steps = Json::array();
    if (keys.flag("tokenizer.ggml.add_space_prefix").value_or(true)) steps.push_back({{"type", "Prepend"}, {"prepend", mark}});
    steps.push_back({{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", mark}});
    const Json back{{"type", "Replace"}, {"pattern", {{"String", mark}}}, {"content", " "}};
    const Json strip{{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}};
    Json unknown;
    for (std::size_t id = 0; id < vocabulary.tokens.size() && unknown.is_null(); ++id)
        if (vocabulary.is(id, Unknown)) unknown = vocabulary.tokens[id];
    return {{"version", "1.0"},
            {"truncation", nullptr},
            {"padding", nullptr},
            {"added_tokens", addedJson(vocabulary)},
            {"normalizer", {{"type", "Sequence"}, {"normalizers", steps}}},
            {"pre_tokenizer", nullptr},
            {"post_processor", frame(keys, vocabulary, true)},
            {"decoder", {{"type", "Sequence"}, {"decoders", {back, {{"type", "ByteFallback"}}, {{"type", "Fuse"}}, strip}}}},
            {"model", {{"type", "BPE"}, {"dropout", nullptr}, {"unk_token", unknown}, {"continuing_subword_prefix", nullptr},
                       {"end_of_word_suffix", nullptr}, {"fuse_unk", true}, {"byte_fallback", true}, {"ignore_merges", false},
                       {"vocab", vocabJson(vocabulary)}, {"merges", mergesFrom(vocabulary)}}}};
}

std::string dumped(const Json& json, const Keys& keys) {
    try {
        return json.dump(1) + "\n";
    } catch (const Json::exception&) {
        throw Error(Kind::Corrupt, keys.source() + ": its tokenizer holds a text that is no UTF-8");
    }
}

}  // namespace

std::optional<std::string> tokenizerOf(const Opened& opened) {
    const Keys keys(opened);
    const auto model = keys.text("tokenizer.ggml.model");
    if (!model || *model == "no_vocab") return {};
    if (*model == "gpt2") return dumped(byteLevel(keys, vocabularyOf(keys)), keys);
    if (*model == "llama") return dumped(sentencePiece(keys, vocabularyOf(keys)), keys);
    throw Error(Kind::Unsupported, keys.source() + ": its tokenizer is \"" + json::excerpt(*model) +
                                       "\"; gpt2 and llama are read: give ready token ids instead of text");
}

std::optional<std::string> tokenizerConfigOf(const Opened& opened) {
    const Keys keys(opened);
    const auto* const tokens = keys.list<std::vector<std::string>>("tokenizer.ggml.tokens");
    if (!tokens) return {};
    Json config{{"tokenizer_class", "PreTrainedTokenizerFast"}};
    for (const auto& [theirs, ours] : {std::pair{"bos", "bos_token"}, {"eos", "eos_token"}, {"unknown", "unk_token"}, {"padding", "pad_token"}}) {
        const std::string key = std::string("tokenizer.ggml.") + theirs + "_token_id";
        if (!keys.has(key)) continue;
        const auto id = static_cast<std::size_t>(keys.count(key));
        if (id >= tokens->size()) throw keys.wrong(key, "beyond the " + std::to_string(tokens->size()) + " tokens");
        config[ours] = (*tokens)[id];
    }
    if (const auto chat = keys.text("tokenizer.chat_template")) config["chat_template"] = *chat;
    return dumped(config, keys);
}

}  // namespace dq::checkpoint::gguf

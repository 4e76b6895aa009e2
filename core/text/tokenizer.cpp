#include "core/text/tokenizer.hpp"

#include <algorithm>
#include <atomic>
#include <unordered_set>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "core/json/json.hpp"
#include "core/text/added_tokens.hpp"
#include "core/text/bpe.hpp"
#include "core/text/decoder.hpp"
#include "core/text/encoder.hpp"
#include "core/text/normalizer.hpp"
#include "core/text/pre_tokenizer.hpp"
#include "core/text/template.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

/// Tells tokenizers apart for the life of the program; an address comes again.
std::uint64_t nextSerial() {
    static std::atomic<std::uint64_t> count{0};
    return ++count;
}

}  // namespace

struct Tokenizer::Parts {
    Bpe model;
    Normalizer normalizer;
    PreTokenizer preTokenizer;
    AddedTokens added;
    Template special;
    Decoder decoder;
    std::unordered_map<std::int32_t, std::string> tokens;  // by id
    std::unordered_set<std::int32_t> hidden;               // special: left out when decoding
    std::int64_t size = 0;
    std::uint64_t serial = nextSerial();

    Encoder& encoder() const;
};

/// This thread's memory of words; kept from call to call as long as the tokenizer stays the same.
Encoder& Tokenizer::Parts::encoder() const {
    thread_local std::unique_ptr<Encoder> kept;
    thread_local std::uint64_t owner = 0;
    if (owner != serial) {
        kept = std::make_unique<Encoder>(model, preTokenizer.givesBytes());
        owner = serial;
    }
    return *kept;
}

Tokenizer::Tokenizer() : parts_(std::make_unique<Parts>()) {}
Tokenizer::~Tokenizer() = default;

std::shared_ptr<const Tokenizer> Tokenizer::open(const std::filesystem::path& tokenizerJson) {
    return read(readText(tokenizerJson), tokenizerJson.string());
}

std::shared_ptr<const Tokenizer> Tokenizer::of(const checkpoint::Checkpoint& checkpoint) {
    if (!checkpoint.ggufHeader()) return open(checkpoint.folder() / "tokenizer.json");
    const auto text = checkpoint.companion("tokenizer.json");
    if (!text) throw Error(Kind::Input, checkpoint.path().string() + ": holds no tokenizer: give ready token ids instead of text");
    return read(*text, checkpoint.path().string());
}

std::shared_ptr<const Tokenizer> Tokenizer::read(std::string_view tokenizerJson, const std::string& source) {
    const json::Json whole = json::parse(tokenizerJson, source);
    if (!whole.is_object()) throw Error(Kind::Corrupt, source + ": must hold a JSON object, found " + json::shown(whole));
    const std::shared_ptr<Tokenizer> tokenizer(new Tokenizer);
    Parts& parts = *tokenizer->parts_;
    parts.model = Bpe::read(json::member(whole, "model", source), source);
    parts.normalizer = Normalizer::read(json::present(whole, "normalizer"), source);
    parts.preTokenizer = PreTokenizer::read(json::present(whole, "pre_tokenizer"), source);
    parts.added = AddedTokens::read(json::present(whole, "added_tokens"), parts.model.vocabulary(), parts.normalizer, source);
    parts.special = Template::read(json::present(whole, "post_processor"), source);
    parts.decoder = Decoder::read(json::present(whole, "decoder"), source);
    for (const auto& [token, id] : parts.model.vocabulary()) parts.tokens.emplace(id, token);
    for (const AddedToken& token : parts.added.all()) {
        parts.tokens.emplace(token.id, token.content);
        if (token.special) parts.hidden.insert(token.id);
    }
    for (const auto& [id, token] : parts.tokens) parts.size = std::max<std::int64_t>(parts.size, id + 1);
    return tokenizer;
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view utf8, bool special) const {
    const Parts& parts = *parts_;
    std::vector<std::int32_t> ids;
    ids.reserve(utf8.size() / 3);
    if (special) ids.insert(ids.end(), parts.special.before.begin(), parts.special.before.end());
    std::string repaired;
    if (validUtf8(utf8) < utf8.size()) utf8 = repaired = repairUtf8(utf8);
    Encoder& encoder = parts.encoder();
    for (Stretch& stretch : parts.added.cut(utf8, parts.normalizer)) {
        if (stretch.token)
            ids.push_back(*stretch.token);
        else
            parts.preTokenizer.apply(std::move(stretch.text), stretch.first, [&](std::string_view piece) { encoder.encode(piece, ids); });
    }
    if (special) ids.insert(ids.end(), parts.special.after.begin(), parts.special.after.end());
    return ids;
}

std::string Tokenizer::decode(const std::vector<std::int32_t>& ids) const {
    std::vector<std::string> tokens;
    for (const std::int32_t id : ids) {
        const auto found = parts_->tokens.find(id);
        if (found != parts_->tokens.end() && !parts_->hidden.contains(id)) tokens.push_back(found->second);
    }
    return parts_->decoder.decode(std::move(tokens));
}

std::span<const std::int32_t> Tokenizer::leading() const {
    return parts_->special.before;
}

std::int64_t Tokenizer::vocabularySize() const {
    return parts_->size;
}

}  // namespace dq::text

#include "core/text/tokenizer.hpp"

#include <algorithm>
#include <unordered_set>

#include "core/base/error.hpp"
#include "core/json/json.hpp"
#include "core/text/added_tokens.hpp"
#include "core/text/bpe.hpp"
#include "core/text/decoder.hpp"
#include "core/text/normalizer.hpp"
#include "core/text/pre_tokenizer.hpp"
#include "core/text/template.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

/// Words come again and again: their ids are remembered during one call. Bounded, so that a text of ever new words stays small.
class Memory {
public:
    explicit Memory(const Bpe& model) : model_(model) {}

    void encode(const std::string& piece, std::vector<std::int32_t>& ids) {
        if (piece.size() > longest) return model_.encode(piece, ids);
        const auto known = words_.find(piece);
        if (known != words_.end()) {
            ids.insert(ids.end(), known->second.begin(), known->second.end());
            return;
        }
        const std::size_t before = ids.size();
        model_.encode(piece, ids);
        if (words_.size() < most) words_.emplace(piece, std::vector(ids.begin() + static_cast<std::ptrdiff_t>(before), ids.end()));
    }

private:
    static constexpr std::size_t longest = 64, most = 1 << 16;

    const Bpe& model_;
    std::unordered_map<std::string, std::vector<std::int32_t>> words_;
};

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
};

Tokenizer::Tokenizer() : parts_(std::make_unique<Parts>()) {}
Tokenizer::~Tokenizer() = default;

std::shared_ptr<const Tokenizer> Tokenizer::open(const std::filesystem::path& tokenizerJson) {
    const std::string source = tokenizerJson.string();
    const json::Json whole = json::parseFile(tokenizerJson);
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
    if (special) ids = parts.special.before;
    Memory words(parts.model);
    for (Stretch& stretch : parts.added.cut(repairUtf8(utf8), parts.normalizer)) {
        if (stretch.token) {
            ids.push_back(*stretch.token);
            continue;
        }
        for (const Piece& piece : parts.preTokenizer.apply({std::move(stretch.text), stretch.first})) words.encode(piece.text, ids);
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

#include "core/text/bpe.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/base/error.hpp"
#include "core/text/byte_level.hpp"
#include "core/text/merging.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

using json::Json;

constexpr std::int64_t largestId = (1 << 24) - 1;

Error corrupt(std::string_view source, const std::string& sentence) {
    return {Kind::Corrupt, std::string(source) + ": " + sentence};
}

void refuseVariants(const Json& model, std::string_view source) {
    const std::string type = json::textOr(model, "type", "BPE", source);
    if (type != "BPE")
        throw Error(Kind::Unsupported, std::string(source) + ": the tokenizer model \"" + json::excerpt(type) + "\" is not supported; BPE is");
    if (json::numberOr(model, "dropout", 0, source) != 0)
        throw Error(Kind::Unsupported, std::string(source) + ": dropout makes tokens random, which is not supported");
    for (const char* const key : {"continuing_subword_prefix", "end_of_word_suffix"})
        if (!json::textOr(model, key, "", source).empty())
            throw Error(Kind::Unsupported, std::string(source) + ": " + key + " is not supported");
}

Vocabulary readVocabulary(const Json& list, std::string_view source) {
    if (!list.is_object()) throw corrupt(source, "vocab must be an object, found " + json::shown(list));
    Vocabulary vocabulary;
    vocabulary.reserve(list.size());
    std::unordered_map<std::int32_t, std::string_view> owners;
    for (const auto& [token, value] : list.items()) {
        const std::int32_t id = tokenId(value, token, source);
        const auto [owner, fresh] = owners.emplace(id, token);
        if (!fresh)
            throw corrupt(source, "the tokens \"" + json::excerpt(owner->second) + "\" and \"" + json::excerpt(token) +
                                      "\" both have the id " + std::to_string(id));
        vocabulary.emplace(token, id);
    }
    return vocabulary;
}

std::vector<std::int32_t> byteTokens(const Vocabulary& vocabulary) {
    std::vector<std::int32_t> ids(256, -1);
    for (unsigned byte = 0; byte < 256; ++byte) {
        std::array<char, 8> name{};
        std::snprintf(name.data(), name.size(), "<0x%02X>", byte);
        const auto found = vocabulary.find(std::string_view(name.data()));
        if (found != vocabulary.end()) ids[byte] = found->second;
    }
    return ids;
}

bool isByteToken(std::string_view token) {
    return token.size() == 6 && token.starts_with("<0x") && token[5] == '>';
}

char32_t lastCodePoint(std::string_view text) {
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
    return nextCodePoint(text, at);
}

void requireSplit(std::string_view piece) {
    if (piece.size() >= std::size_t{1} << 30)
        throw Error(Kind::Input, "a text of " + std::to_string(piece.size()) + " bytes without a break cannot be tokenized");
}

}  // namespace

std::int32_t tokenId(const Json& value, std::string_view token, std::string_view source) {
    if (value.is_number_unsigned() && value.get<std::uint64_t>() <= largestId) return value.get<std::int32_t>();
    throw corrupt(source, "the token \"" + json::excerpt(token) + "\" has the id " + json::shown(value) +
                              "; whole numbers from 0 to " + std::to_string(largestId) + " are possible");
}

Bpe Bpe::read(const Json& description, std::string_view source) {
    refuseVariants(description, source);
    Bpe bpe;
    bpe.source_ = source;
    bpe.vocabulary_ = readVocabulary(json::member(description, "vocab", source), source);
    bpe.readMerges(json::member(description, "merges", source), source);
    if (json::present(description, "unk_token")) {
        bpe.unknownToken_ = json::text(description, "unk_token", source);
        const auto found = bpe.vocabulary_.find(*bpe.unknownToken_);
        if (found != bpe.vocabulary_.end()) bpe.unknownId_ = found->second;
    }
    if (json::boolOr(description, "byte_fallback", false, source)) bpe.byteIds_ = byteTokens(bpe.vocabulary_);
    bpe.fuseUnknown_ = json::boolOr(description, "fuse_unk", false, source);
    bpe.ignoreMerges_ = json::boolOr(description, "ignore_merges", false, source);
    bpe.indexCharacters();
    return bpe;
}

void Bpe::readMerges(const Json& list, std::string_view source) {
    if (!list.is_array()) throw corrupt(source, "merges must be a list, found " + json::shown(list));
    for (const Json& merge : list) {
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
            addMerge(merge[0].get_ref<const std::string&>(), merge[1].get_ref<const std::string&>(), source);
            continue;
        }
        const std::string line = merge.is_string() ? merge.get<std::string>() : std::string();
        const std::size_t space = line.find(' ');
        if (space == std::string::npos || line.find(' ', space + 1) != std::string::npos)
            throw corrupt(source, "a merge must be two tokens, found " + json::shown(merge));
        addMerge(line.substr(0, space), line.substr(space + 1), source);
    }
}

void Bpe::addMerge(const std::string& left, const std::string& right, std::string_view source) {
    const std::string joined = left + right;
    std::array<std::int32_t, 3> ids{};
    const std::array<const std::string*, 3> tokens{&left, &right, &joined};
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto found = vocabulary_.find(*tokens[i]);
        if (found == vocabulary_.end())
            throw corrupt(source, "the merge of \"" + json::excerpt(left) + "\" and \"" + json::excerpt(right) + "\" names the token \"" +
                                      json::excerpt(*tokens[i]) + "\", which is not in the vocabulary");
        ids[i] = found->second;
    }
    merges_.put(ids[0], ids[1], {mergeCount_++, ids[2]});
    if (isByteToken(left) || isByteToken(right)) bytesStandAlone_ = false;
    if (left.empty() || right.empty()) return;
    std::size_t at = 0;
    bridges_.put(lastCodePoint(left), nextCodePoint(right, at));
}

/// Texts are looked up by character, not by token text.
void Bpe::indexCharacters() {
    for (const auto& [token, id] : vocabulary_) {
        std::size_t at = 0;
        if (token.empty()) continue;
        const char32_t point = nextCodePoint(token, at);
        if (at == token.size()) characters_.put(point, id);
    }
    std::string character;
    for (unsigned byte = 0; byte < raw_.size(); ++byte) {
        character.clear();
        appendByteLevel(character, std::string(1, static_cast<char>(byte)));
        std::size_t at = 0;
        raw_[byte] = characters_[nextCodePoint(character, at)];
    }
    allRaw_ = std::ranges::none_of(raw_, [](std::int32_t id) { return id < 0; });
    const bool allBytes = !byteIds_.empty() && std::ranges::none_of(byteIds_, [](std::int32_t id) { return id < 0; });
    bytesStandAlone_ = bytesStandAlone_ && allBytes;
}

std::int32_t Bpe::unknown() const {
    if (unknownId_) return *unknownId_;
    throw corrupt(source_, "unk_token \"" + json::excerpt(*unknownToken_) + "\" is needed, but not in the vocabulary");
}

bool Bpe::startBytes(std::string_view character, std::vector<std::int32_t>& symbols) const {
    if (byteIds_.empty()) return false;
    const auto idOf = [this](char byte) { return byteIds_[static_cast<unsigned char>(byte)]; };
    if (std::ranges::any_of(character, [&](char byte) { return idOf(byte) < 0; })) return false;
    for (const char byte : character) symbols.push_back(idOf(byte));
    return true;
}

/// One symbol for each character, or for each of its bytes. An unknown character waits until a known one comes (bytes do
/// not count as one), so that a run of them can be fused: the order Python's tokenizers keeps.
void Bpe::start(std::string_view piece, std::vector<std::int32_t>& symbols) const {
    bool waiting = false;
    for (std::size_t at = 0; at < piece.size();) {
        const std::size_t begin = at;
        const std::int32_t known = characters_[nextCodePoint(piece, at)];
        if (known >= 0) {
            if (waiting) symbols.push_back(unknown());
            waiting = false;
            symbols.push_back(known);
        } else if (!startBytes(piece.substr(begin, at - begin), symbols) && unknownToken_) {
            if (waiting && !fuseUnknown_) symbols.push_back(unknown());
            waiting = true;
        }
    }
    if (waiting) symbols.push_back(unknown());
}

bool Bpe::appendWhole(std::string_view piece, std::vector<std::int32_t>& ids) const {
    const auto whole = vocabulary_.find(piece);
    if (whole == vocabulary_.end()) return false;
    ids.push_back(whole->second);
    return true;
}

void Bpe::encode(std::string_view piece, std::vector<std::int32_t>& ids) const {
    requireSplit(piece);
    if (ignoreMerges_ && appendWhole(piece, ids)) return;
    thread_local std::vector<std::int32_t> symbols;
    symbols.clear();
    start(piece, symbols);
    mergeNeighbours(merges_, symbols);
    ids.insert(ids.end(), symbols.begin(), symbols.end());
}

void Bpe::encodeBytes(std::string_view piece, std::vector<std::int32_t>& ids) const {
    requireSplit(piece);
    thread_local std::string mapped;
    if (ignoreMerges_ || !allRaw_) {
        mapped.clear();
        appendByteLevel(mapped, piece);
        if (!allRaw_) return encode(mapped, ids);
        if (appendWhole(mapped, ids)) return;
    }
    thread_local std::vector<std::int32_t> symbols;
    symbols.clear();
    for (const char byte : piece) symbols.push_back(raw_[static_cast<unsigned char>(byte)]);
    mergeNeighbours(merges_, symbols);
    ids.insert(ids.end(), symbols.begin(), symbols.end());
}

std::size_t Bpe::independentPart(std::string_view text) const {
    if (ignoreMerges_) return text.size();
    std::size_t at = 0;
    char32_t left = nextCodePoint(text, at);
    bool leftKnown = characters_[left] >= 0;
    while (at < text.size()) {
        const std::size_t seam = at;
        const char32_t right = nextCodePoint(text, at);
        const bool rightKnown = characters_[right] >= 0;
        if (bytesStandAlone_ ? !leftKnown || !rightKnown || !bridges_.has(left, right)
                             : leftKnown && rightKnown && !bridges_.has(left, right))
            return seam;
        left = right;
        leftKnown = rightKnown;
    }
    return text.size();
}

}  // namespace dq::text

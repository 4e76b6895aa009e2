#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/json/json.hpp"
#include "core/text/bridges.hpp"
#include "core/text/character_ids.hpp"
#include "core/text/pair_table.hpp"

namespace dq::text {

/// Token texts and their ids, found by text without making a string.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using Vocabulary = std::unordered_map<std::string, std::int32_t, TextHash, std::equal_to<>>;

/// "model" of tokenizer.json, type BPE: a text starts as its characters; of all neighbours that a merge names, the pair
/// with the lowest rank (of equal ones the leftmost) becomes one token, until none is left.
class Bpe {
public:
    static Bpe read(const json::Json& description, std::string_view source);

    /// Appends the ids of one piece. Takes O(n log n) steps for n characters, whatever the text.
    void encode(std::string_view piece, std::vector<std::int32_t>& ids) const;
    /// The same of the piece whose byte-level characters stand for these bytes.
    void encodeBytes(std::string_view piece, std::vector<std::int32_t>& ids) const;

    /// Where the first part of a text ends that can be encoded without the rest: no merge reaches across.
    std::size_t independentPart(std::string_view text) const;

    const Vocabulary& vocabulary() const { return vocabulary_; }

private:
    void readMerges(const json::Json& list, std::string_view source);
    void addMerge(const std::string& left, const std::string& right, std::string_view source);
    void indexCharacters();
    void start(std::string_view piece, std::vector<std::int32_t>& symbols) const;
    bool startBytes(std::string_view character, std::vector<std::int32_t>& symbols) const;
    bool appendWhole(std::string_view piece, std::vector<std::int32_t>& ids) const;
    std::int32_t unknown() const;

    std::string source_;
    Vocabulary vocabulary_;
    PairTable merges_;
    Bridges bridges_;
    CharacterIds characters_;               // of the tokens that are one character
    std::array<std::int32_t, 256> raw_{};   // of the byte-level characters, -1 where one is absent
    bool allRaw_ = false;                   // none is
    std::int32_t mergeCount_ = 0;
    std::optional<std::string> unknownToken_;
    std::optional<std::int32_t> unknownId_;
    std::vector<std::int32_t> byteIds_;  // of <0x00> and on; empty without byte fallback, -1 where one is absent
    bool fuseUnknown_ = false, ignoreMerges_ = false;
    bool bytesStandAlone_ = true;  // every byte has its token and no merge names one
};

/// An id as a vocabulary may hold it, or Error(Corrupt).
std::int32_t tokenId(const json::Json& value, std::string_view token, std::string_view source);

}  // namespace dq::text

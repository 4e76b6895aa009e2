#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dq::checkpoint {
class Checkpoint;
}

namespace dq::text {

/// A BPE tokenizer as tokenizer.json describes it: byte-level (GPT-2 family) or SentencePiece style with byte fallback.
/// What we do not know (another model type, normalizer, pre-tokenizer) is refused with a sentence, never approximated.
class Tokenizer {
public:
    static std::shared_ptr<const Tokenizer> open(const std::filesystem::path& tokenizerJson);
    /// That of a model: its tokenizer.json, or what its GGUF file says in its place.
    static std::shared_ptr<const Tokenizer> of(const checkpoint::Checkpoint& checkpoint);

    /// Token ids as Python's tokenizers gives for encode(text): added tokens recognised, the post-processor's special
    /// tokens (a leading <s>) included when `special`. Broken UTF-8 is replaced by U+FFFD first.
    std::vector<std::int32_t> encode(std::string_view utf8, bool special = true) const;
    std::string decode(const std::vector<std::int32_t>& ids) const;  // special tokens left out
    std::span<const std::int32_t> leading() const;                    // the special tokens encode puts first
    std::int64_t vocabularySize() const;                              // largest id + 1

    ~Tokenizer();

private:
    Tokenizer();
    static std::shared_ptr<const Tokenizer> read(std::string_view tokenizerJson, const std::string& source);
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace dq::text

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/tokenizer.hpp"

namespace dq::text {

/// One sequence the model reads on its own: at most `window` token ids, special tokens included.
using Sample = std::vector<std::int32_t>;

struct SampleOptions {
    /// Where documents end in the text ("<|endoftext|>"). Each document then is one sample: white space stripped, documents of 20
    /// characters (code points) or less left out, cut at the window. Absent: the whole text is one stream, cut into windows, each
    /// starting with the tokenizer's leading special tokens; a last window of fewer than 2 tokens is dropped. It must fill one.
    std::optional<std::string> separator = std::nullopt;
    /// Of JSON records the field that holds the text, of a .safetensors with several tensors the one of token ids.
    std::optional<std::string> field = std::nullopt;
    std::int64_t window = 512;
    std::int64_t skip = 0;                // documents (or windows) left out at the front, after the short ones are gone
    std::optional<std::int64_t> limit = std::nullopt;    // documents (or windows) taken at most
    std::optional<std::int64_t> tokens = std::nullopt;   // stop once this many tokens are taken; the last sample is cut to fit
};

struct Samples {
    std::vector<Sample> sequences;
    std::string fingerprint;      // of the token ids and sequence lengths
    std::string source;           // the text file's name without its folder
    std::string field;            // of its records, or the tensor in it; empty: none was named

    std::int64_t tokenCount() const;      // all ids
    std::int64_t predictedCount() const;  // sum of (length - 1)
};

/// Reads, splits and tokenizes a UTF-8 text file. Throws Error(Input): empty text, no document longer than 20 characters, a stream
/// shorter than a window, fewer than 2 tokens, ids outside `vocabulary`.
Samples readSamples(const std::filesystem::path& file, const Tokenizer& tokenizer, const SampleOptions& options,
                    std::int64_t vocabulary);

class Collector;

/// Tokenizes documents until the collector has enough.
void collectDocuments(std::span<const std::string_view> documents, const Tokenizer& tokenizer, Collector& collector);

/// Whether a text is long enough to count: more than 20 characters without the white space at both ends.
bool isDocument(std::string_view text);

/// The documents of a text by the rules above; exposed for tests.
std::vector<std::string_view> splitDocuments(std::string_view text, std::string_view separator);

}  // namespace dq::text

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dq::demo {

using Pair = std::pair<std::int32_t, std::int32_t>;

/// A byte-level BPE vocabulary: ids 0..255 are the bytes, id 256+i is what merge i joins, the last id is the
/// end-of-text token.
class Bpe {
public:
    /// Learns from a text until there are `vocabulary` ids: joins the most frequent pair inside pieces, the
    /// pair of smaller ids first among equals, so that the same text gives the same vocabulary everywhere.
    /// Throws Error(Input) where the text has too few different pairs.
    static Bpe learn(std::string_view text, std::int32_t vocabulary);

    std::int32_t vocabulary() const { return 256 + static_cast<std::int32_t>(merges_.size()) + 1; }
    std::int32_t endOfText() const { return vocabulary() - 1; }
    const std::vector<Pair>& merges() const { return merges_; }
    const std::string& bytesOf(std::int32_t id) const { return tokens_.at(static_cast<std::size_t>(id)); }

    std::vector<std::int32_t> encode(std::string_view text) const;  // no special tokens
    std::string decode(const std::vector<std::int32_t>& ids) const;

private:
    Bpe();
    void add(Pair pair);

    std::vector<Pair> merges_;
    std::map<Pair, std::int32_t> joined_;
    std::vector<std::string> tokens_;  // bytes of ids 0 .. endOfText()-1
};

/// The vocabulary as tokenizer.json for Python's tokenizers: end-of-text put first by the post-processor.
std::string tokenizerJson(const Bpe& bpe);

}  // namespace dq::demo

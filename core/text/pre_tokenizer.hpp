#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json.hpp"
#include "core/text/split.hpp"
#include "core/text/words.hpp"

namespace dq::text {

/// A text and the stretches of it that are tokenized on their own, from left to right.
struct Pieces {
    std::string text;
    std::vector<Range> ranges;
    bool first = false;  // it starts where the whole text starts
};

/// "pre_tokenizer" of tokenizer.json: Sequence, ByteLevel, Split, Digits, Metaspace, Punctuation, Whitespace, WhitespaceSplit,
/// CharDelimiterSplit. Others are refused by name.
class PreTokenizer {
public:
    static PreTokenizer read(const json::Json* description, std::string_view source);  // null: none

    /// Whether pieces are raw bytes that stand for their characters in the byte-level alphabet, because ByteLevel came last.
    bool givesBytes() const { return givesBytes_; }

    /// Calls take(piece) with each piece of a text.
    template <typename Take>
    void apply(std::string text, bool first, const Take& take) const {
        const Pieces pieces = prepared(std::move(text), first);
        const std::string_view whole = pieces.text;
        for (const Range range : pieces.ranges) {
            const std::string_view stretch = whole.substr(range.begin, range.end - range.begin);
            if (!words_) {
                take(stretch);
                continue;
            }
            for (std::size_t at = 0; at < stretch.size();) {
                const std::size_t end = words_->end(stretch, at);
                take(stretch.substr(at, end - at));
                at = end;
            }
        }
    }

private:
    using Step = std::function<void(Pieces&)>;
    Pieces prepared(std::string text, bool first) const;
    void add(const json::Json& description, std::string_view source);
    void settle();
    void addStep(Step step);
    void addWords(Words words);
    void addPattern(const json::Json& description, std::string_view source);
    void addByteLevel(const json::Json& description, std::string_view source);

    std::vector<Step> steps_;
    std::optional<Words> words_;  // the last step, where a scanner does it: its pieces are never listed
    bool givesBytes_ = false;
};

}  // namespace dq::text

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json/json.hpp"
#include "core/text/bpe.hpp"
#include "core/text/normalizer.hpp"

namespace dq::text {

/// One entry of "added_tokens": a text that is one token wherever it stands.
struct AddedToken {
    std::int32_t id = 0;
    std::string content;
    bool singleWord = false, leftStrip = false, rightStrip = false, normalized = true, special = false;
};

/// Finds texts in a text: at each place the longest, from left to right.
class TextFinder {
public:
    void add(std::string_view text, std::size_t which);

    struct Hit {
        std::size_t begin = 0, end = 0, which = 0;
    };
    std::vector<Hit> find(std::string_view text) const;

private:
    struct Node {
        std::vector<std::pair<char, std::size_t>> next;
        std::optional<std::size_t> which;
        std::size_t after(char c) const;  // 0: no text goes on like this
    };
    std::vector<Node> nodes_{1};
    std::array<bool, 256> starts_{};  // the bytes that texts start with: nearly all others are passed by
};

/// A stretch of text, or a token found in it.
struct Stretch {
    std::string text;
    std::optional<std::int32_t> token;
    bool first = false;  // it starts where the whole text starts
};

/// Added tokens are cut out before the text is normalized, those marked "normalized" after it.
class AddedTokens {
public:
    static AddedTokens read(const json::Json* list, const Vocabulary& vocabulary, const Normalizer& normalizer, std::string_view source);

    std::vector<Stretch> cut(std::string_view text, const Normalizer& normalizer) const;
    const std::vector<AddedToken>& all() const { return tokens_; }

private:
    std::vector<Stretch> cutWith(const TextFinder& finder, const Stretch& stretch) const;

    std::vector<AddedToken> tokens_;
    TextFinder raw_, normalized_;
};

}  // namespace dq::text

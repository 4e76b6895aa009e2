#include "core/text/added_tokens.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "core/text/regex.hpp"
#include "core/text/utf8.hpp"

namespace dq::text {

namespace {

using json::Json;

constexpr std::size_t longestToken = 1024;  // bounds the work at each place of a text

Error corrupt(std::string_view source, const std::string& sentence) {
    return {Kind::Corrupt, std::string(source) + ": " + sentence};
}

AddedToken readToken(const Json& entry, std::string_view source) {
    AddedToken token;
    token.content = json::text(entry, "content", source);
    if (token.content.empty() || token.content.size() > longestToken)
        throw corrupt(source, "the added token \"" + json::excerpt(token.content) + "\" has " + std::to_string(token.content.size()) +
                                  " bytes; from 1 to " + std::to_string(longestToken) + " are possible");
    token.id = tokenId(json::member(entry, "id", source), token.content, source);
    token.singleWord = json::boolOr(entry, "single_word", false, source);
    token.leftStrip = json::boolOr(entry, "lstrip", false, source);
    token.rightStrip = json::boolOr(entry, "rstrip", false, source);
    token.special = json::boolOr(entry, "special", false, source);
    token.normalized = json::boolOr(entry, "normalized", !token.special, source);
    return token;
}

/// Python's tokenizers numbers added tokens itself, behind the vocabulary and in the order of the list, whatever the file says.
void requireConsecutive(const std::vector<AddedToken>& tokens, const Vocabulary& vocabulary, std::string_view source) {
    auto next = static_cast<std::int64_t>(vocabulary.size());
    for (const AddedToken& token : tokens) {
        const bool known = vocabulary.find(token.content) != vocabulary.end();
        if (!known && token.id != next)
            throw corrupt(source, "the added token \"" + json::excerpt(token.content) + "\" has the id " + std::to_string(token.id) +
                                      ", where the next free one is " + std::to_string(next));
        next = std::max<std::int64_t>(next, token.id + 1);
    }
}

void requireUnambiguous(const std::vector<AddedToken>& tokens, const Vocabulary& vocabulary, std::string_view source) {
    std::map<std::int32_t, std::string_view> owners;
    for (const auto& [content, id] : vocabulary) owners.emplace(id, content);
    std::set<std::string_view> contents;
    for (const AddedToken& token : tokens) {
        const std::string name = "the added token \"" + json::excerpt(token.content) + "\"";
        if (!contents.insert(token.content).second) throw corrupt(source, name + " stands twice in added_tokens");
        const auto [owner, fresh] = owners.emplace(token.id, token.content);
        if (owner->second != token.content)
            throw corrupt(source, name + " has the id " + std::to_string(token.id) + " of \"" + json::excerpt(owner->second) + "\"");
        const auto known = vocabulary.find(token.content);
        if (known != vocabulary.end() && known->second != token.id)
            throw corrupt(source, name + " has the id " + std::to_string(token.id) + ", but " + std::to_string(known->second) +
                                      " in the vocabulary");
    }
}

/// \w as Rust's regex has it, which counts the joiners that Oniguruma leaves out.
bool isWord(std::string_view character) {
    static const auto regex = Regex::compile("[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\x{200c}\\x{200d}]", "word characters");
    return !regex->matches(character).empty();
}

bool standsAlone(std::string_view text, const TextFinder::Hit& hit) {
    const std::string_view before = text.substr(0, hit.begin), after = text.substr(hit.end);
    if (!before.empty()) {
        std::size_t start = before.size() - 1;
        while (start > 0 && (static_cast<unsigned char>(before[start]) & 0xc0) == 0x80) --start;
        if (isWord(before.substr(start))) return false;
    }
    if (after.empty()) return true;
    std::size_t end = 0;
    nextCodePoint(after, end);
    return !isWord(after.substr(0, end));
}

}  // namespace

std::size_t TextFinder::Node::after(char c) const {
    for (const auto& [letter, node] : next)
        if (letter == c) return node;
    return 0;
}

void TextFinder::add(std::string_view text, std::size_t which) {
    if (!text.empty()) starts_[static_cast<unsigned char>(text[0])] = true;
    std::size_t node = 0;
    for (const char c : text) {
        std::size_t target = nodes_[node].after(c);
        if (target == 0) {
            target = nodes_.size();
            nodes_[node].next.emplace_back(c, target);
            nodes_.emplace_back();
        }
        node = target;
    }
    nodes_[node].which = which;
}

std::vector<TextFinder::Hit> TextFinder::find(std::string_view text) const {
    std::vector<Hit> hits;
    if (nodes_.size() == 1) return hits;
    for (std::size_t begin = 0; begin < text.size();) {
        if (!starts_[static_cast<unsigned char>(text[begin])]) {
            ++begin;
            continue;
        }
        Hit longest{begin, begin, 0};
        std::size_t node = 0;
        for (std::size_t at = begin; at < text.size(); ++at) {
            node = nodes_[node].after(text[at]);
            if (node == 0) break;
            if (nodes_[node].which) longest = {begin, at + 1, *nodes_[node].which};
        }
        if (longest.end > begin) hits.push_back(longest);
        begin = std::max(longest.end, begin + 1);
    }
    return hits;
}

AddedTokens AddedTokens::read(const Json* list, const Vocabulary& vocabulary, const Normalizer& normalizer, std::string_view source) {
    AddedTokens added;
    if (!list) return added;
    if (!list->is_array()) throw corrupt(source, "added_tokens must be a list, found " + json::shown(*list));
    for (const Json& entry : *list) added.tokens_.push_back(readToken(entry, source));
    requireUnambiguous(added.tokens_, vocabulary, source);
    requireConsecutive(added.tokens_, vocabulary, source);
    for (std::size_t i = 0; i < added.tokens_.size(); ++i) {
        const AddedToken& token = added.tokens_[i];
        if (token.normalized)
            added.normalized_.add(normalizer.apply(token.content), i);
        else
            added.raw_.add(token.content, i);
    }
    return added;
}

std::vector<Stretch> AddedTokens::cutWith(const TextFinder& finder, const Stretch& stretch) const {
    const std::string_view text = stretch.text;
    std::vector<Stretch> stretches;
    std::size_t done = 0;
    const auto plain = [&](std::size_t begin, std::size_t end) {
        if (begin < end) stretches.push_back({std::string(text.substr(begin, end - begin)), std::nullopt, stretch.first && begin == 0});
    };
    for (const TextFinder::Hit& hit : finder.find(text)) {
        const AddedToken& token = tokens_[hit.which];
        if (token.singleWord && !standsAlone(text, hit)) continue;
        std::size_t begin = hit.begin, end = hit.end;
        if (token.leftStrip) begin = std::max(begin - trailingSpace(text.substr(0, begin)), done);
        if (token.rightStrip) end += leadingSpace(text.substr(end));
        plain(done, begin);
        if (begin < end) stretches.push_back({{}, token.id, false});  // else the token before it has stripped it away
        done = end;
    }
    plain(done, text.size());
    return stretches;
}

std::vector<Stretch> AddedTokens::cut(std::string_view text, const Normalizer& normalizer) const {
    std::vector<Stretch> result;
    for (Stretch& stretch : cutWith(raw_, {std::string(text), std::nullopt, true})) {
        if (stretch.token) {
            result.push_back(std::move(stretch));
            continue;
        }
        stretch.text = normalizer.apply(std::move(stretch.text));
        for (Stretch& part : cutWith(normalized_, stretch)) result.push_back(std::move(part));
    }
    return result;
}

}  // namespace dq::text

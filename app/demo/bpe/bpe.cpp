#include "app/demo/bpe/bpe.hpp"

#include <algorithm>
#include <unordered_map>

#include "app/demo/bpe/split.hpp"
#include "core/base/error.hpp"

namespace dq::demo {

namespace {
using Ids = std::vector<std::int32_t>;

struct Word {
    Ids ids;
    std::int64_t count = 0;
};

Ids bytesAsIds(std::string_view piece) {
    Ids ids;
    for (const char c : piece)
        ids.push_back(static_cast<unsigned char>(c));
    return ids;
}

std::vector<Word> countWords(std::string_view text) {
    std::map<std::string_view, std::int64_t> counts;
    for (const std::string_view piece : splitPieces(text))
        ++counts[piece];
    std::vector<Word> words;
    for (const auto& [piece, count] : counts)
        words.push_back({bytesAsIds(piece), count});
    return words;
}

void join(Ids& ids, Pair pair, std::int32_t id) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const bool here = i + 1 < ids.size() && ids[i] == pair.first && ids[i + 1] == pair.second;
        ids[out++] = here ? id : ids[i];
        if (here) ++i;
    }
    ids.resize(out);
}

/// Counted anew for every merge: a few thousand different words make that cheap and the code obvious.
Pair mostFrequent(const std::vector<Word>& words) {
    std::map<Pair, std::int64_t> counts;
    for (const Word& word : words)
        for (std::size_t i = 1; i < word.ids.size(); ++i)
            counts[{word.ids[i - 1], word.ids[i]}] += word.count;
    const auto best = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;  // the first of equals: the smallest pair, as the map is sorted
    });
    if (best == counts.end())
        throw Error(Kind::Input, "BPE: the text has too few pairs for a vocabulary of this size");
    return best->first;
}
}  // namespace

Bpe::Bpe() {
    for (int byte = 0; byte < 256; ++byte)
        tokens_.emplace_back(1, static_cast<char>(byte));
}

void Bpe::add(Pair pair) {
    joined_.emplace(pair, static_cast<std::int32_t>(tokens_.size()));
    merges_.push_back(pair);
    tokens_.push_back(bytesOf(pair.first) + bytesOf(pair.second));
}

Bpe Bpe::learn(std::string_view text, std::int32_t vocabulary) {
    Bpe bpe;
    std::vector<Word> words = countWords(text);
    while (bpe.vocabulary() < vocabulary) {
        const Pair pair = mostFrequent(words);
        bpe.add(pair);
        for (Word& word : words)
            join(word.ids, pair, bpe.joined_.at(pair));
    }
    return bpe;
}

std::vector<std::int32_t> Bpe::encode(std::string_view text) const {
    std::unordered_map<std::string_view, Ids> known;
    Ids all;
    for (const std::string_view piece : splitPieces(text)) {
        const auto [entry, isNew] = known.try_emplace(piece);
        Ids& ids = entry->second;
        if (isNew) {
            ids = bytesAsIds(piece);
            for (;;) {  // the earliest learned of the pairs present, until none is
                auto first = joined_.end();
                for (std::size_t i = 1; i < ids.size(); ++i) {
                    const auto found = joined_.find({ids[i - 1], ids[i]});
                    if (found != joined_.end() && (first == joined_.end() || found->second < first->second))
                        first = found;
                }
                if (first == joined_.end()) break;
                join(ids, first->first, first->second);
            }
        }
        all.insert(all.end(), ids.begin(), ids.end());
    }
    return all;
}

std::string Bpe::decode(const std::vector<std::int32_t>& ids) const {
    std::string text;
    for (const std::int32_t id : ids)
        if (id != endOfText()) text += bytesOf(id);
    return text;
}

}  // namespace dq::demo

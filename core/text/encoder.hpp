#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/text/bpe.hpp"
#include "core/text/word_cache.hpp"

namespace dq::text {

/// A BPE model with a memory of the words it has seen. One for each thread.
class Encoder {
public:
    /// `bytes`: pieces are raw bytes that stand for their byte-level characters.
    Encoder(const Bpe& model, bool bytes) : model_(model), bytes_(bytes) {}

    void encode(std::string_view piece, std::vector<std::int32_t>& ids) {
        if (bytes_) return remembered(piece, ids);
        while (!piece.empty()) {
            const std::size_t end = model_.independentPart(piece);
            remembered(piece.substr(0, end), ids);
            piece.remove_prefix(end);
        }
    }

private:
    void remembered(std::string_view part, std::vector<std::int32_t>& ids) {
        if (!WordCache::fits(part)) return append(part, ids);
        const WordCache::Key key(part);
        const std::size_t place = key.place(), before = ids.size();
        if (words_.recall(key, place, ids)) return;
        append(part, ids);
        words_.remember(key, place, std::span(ids).subspan(before));
    }

    void append(std::string_view part, std::vector<std::int32_t>& ids) const {
        if (bytes_)
            model_.encodeBytes(part, ids);
        else
            model_.encode(part, ids);
    }

    const Bpe& model_;
    bool bytes_;
    WordCache words_;
};

}  // namespace dq::text

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json.hpp"

namespace dq::text {

/// A stretch of text that is tokenized on its own.
struct Piece {
    std::string text;
    bool first = false;  // it starts where the whole text starts
};

/// "pre_tokenizer" of tokenizer.json: Sequence, ByteLevel, Split, Digits, Metaspace. Others are refused by name.
class PreTokenizer {
public:
    static PreTokenizer read(const json::Json* description, std::string_view source);  // null: none

    std::vector<Piece> apply(Piece piece) const;

private:
    using Step = std::function<void(Piece, std::vector<Piece>&)>;  // appends the pieces of one piece
    void add(const json::Json& description, std::string_view source);

    std::vector<Step> steps_;
};

}  // namespace dq::text

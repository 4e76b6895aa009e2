#pragma once

#include <string_view>
#include <vector>

namespace dq::demo {

/// Text cut into pieces the way GPT-2's tokenizer does it; their concatenation is the text:
///   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
/// Good for the text our generator writes, where every character beyond ASCII is a letter; core/text reads
/// any text.
std::vector<std::string_view> splitPieces(std::string_view text);

}  // namespace dq::demo

#include "kernels/matvec/stream.hpp"

#include <algorithm>
#include <cassert>

namespace dq::kernels::matvec {

void toStream(std::span<const std::uint16_t> codes, int bits, std::span<std::uint32_t> words) {
    assert(words.size() == blocksOf(codes.size()) * wordsPerBlock(bits));
    std::ranges::fill(words, 0u);
    for (std::size_t column = 0; column < codes.size(); ++column) {
        const Place at = placeOf(column, bits);
        const std::uint32_t code = codes[column] & ((1u << bits) - 1);
        words[at.word] |= (code & ((1u << at.had) - 1)) << at.shift;
        if (at.had < bits) words[at.word + lanes] |= code >> at.had << at.shift / 16 * 16;
    }
}

void fromStream(std::span<const std::uint32_t> words, int bits, std::span<std::uint16_t> codes) {
    assert(words.size() == blocksOf(codes.size()) * wordsPerBlock(bits));
    for (std::size_t column = 0; column < codes.size(); ++column)
        codes[column] = static_cast<std::uint16_t>(codeAt(words.data(), placeOf(column, bits), bits));
}

}  // namespace dq::kernels::matvec

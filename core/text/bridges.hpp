#pragma once

#include <cstdint>
#include <vector>

namespace dq::text {

/// Which characters stand on the two sides of some merge's seam. Between two others no merge ever reaches, so that a text can be
/// cut there and its parts encoded alone: a SentencePiece vocabulary has no pre-tokenizer, but no token with a space inside either.
class Bridges {
public:
    void put(char32_t left, char32_t right) {
        if (left < ascii && right < ascii) {
            near_[left * ascii + right] = true;
            return;
        }
        if (2 * (count_ + 1) > slots_.size()) grow();
        std::uint64_t& slot = slots_[find(key(left, right))];
        if (slot == empty) ++count_;
        slot = key(left, right);
    }

    bool has(char32_t left, char32_t right) const {
        if (left < ascii && right < ascii) return near_[left * ascii + right];
        return !slots_.empty() && slots_[find(key(left, right))] != empty;
    }

private:
    static constexpr std::size_t ascii = 128;
    static constexpr std::uint64_t empty = ~std::uint64_t{0};

    static std::uint64_t key(char32_t left, char32_t right) { return (std::uint64_t{left} << 32) | right; }

    std::size_t find(std::uint64_t key) const {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = ((key * 0x9e3779b97f4a7c15u) >> 32) & mask;
        while (slots_[at] != empty && slots_[at] != key) at = (at + 1) & mask;
        return at;
    }

    void grow() {
        std::vector<std::uint64_t> old(slots_.empty() ? 1024 : 2 * slots_.size(), empty);
        old.swap(slots_);
        for (const std::uint64_t one : old)
            if (one != empty) slots_[find(one)] = one;
    }

    std::vector<bool> near_ = std::vector<bool>(ascii * ascii);
    std::vector<std::uint64_t> slots_;
    std::size_t count_ = 0;
};

}  // namespace dq::text

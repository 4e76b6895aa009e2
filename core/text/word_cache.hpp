#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace dq::text {

/// Words come again and again: remembers the ids of short ones. A table without chains where the newest word wins its place,
/// one cache line each, so that it neither grows nor allocates.
class WordCache {
public:
    static constexpr std::size_t longestWord = 31, mostIds = 7;

    /// A word as the table compares it: its bytes padded with zeros, then its length.
    class Key {
    public:
        explicit Key(std::string_view word) {
            std::array<char, 32> bytes{};
            std::memcpy(bytes.data(), word.data(), word.size());
            bytes[31] = static_cast<char>(word.size());
            std::memcpy(words_.data(), bytes.data(), bytes.size());
        }
        Key() = default;
        bool operator==(const Key& other) const {  // spelled out: a call of memcmp costs more than these
            return ((words_[0] ^ other.words_[0]) | (words_[1] ^ other.words_[1]) | (words_[2] ^ other.words_[2]) |
                    (words_[3] ^ other.words_[3])) == 0;
        }

        std::size_t place() const {
            std::uint64_t hash = words_[0] * 0x9e3779b97f4a7c15u;
            for (std::size_t i = 1; i < words_.size(); ++i) hash = ((hash >> 29) ^ hash ^ words_[i]) * 0x9e3779b97f4a7c15u;
            return (hash >> 40) & (places - 1);
        }

    private:
        std::array<std::uint64_t, 4> words_{};
    };

    static bool fits(std::string_view word) { return word.size() <= longestWord; }

    /// Appends the ids of a word it remembers.
    bool recall(const Key& key, std::size_t place, std::vector<std::int32_t>& ids) const {
        const Entry& entry = entries_[place];
        if (!(entry.key == key)) return false;
        ids.insert(ids.end(), entry.ids.begin(), entry.ids.begin() + entry.count);
        return true;
    }

    void remember(const Key& key, std::size_t place, std::span<const std::int32_t> ids) {
        if (ids.size() > mostIds) return;
        Entry& entry = entries_[place];
        entry.key = key;
        entry.count = static_cast<std::uint32_t>(ids.size());
        std::ranges::copy(ids, entry.ids.begin());
    }

private:
    static constexpr std::size_t places = std::size_t{1} << 15;

    struct alignas(64) Entry {
        Key key;  // the empty word's, until one is remembered: it has no ids either
        std::array<std::int32_t, mostIds> ids{};
        std::uint32_t count = 0;
    };

    std::vector<Entry> entries_ = std::vector<Entry>(places);
};

}  // namespace dq::text

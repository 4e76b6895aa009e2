#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dq::text {

/// What two neighbouring tokens become.
struct Merge {
    std::int32_t rank = 0, id = 0;
};

/// A hash table from a pair of ids to a merge; open addressing, because it is asked once for every neighbourhood. Most pairs
/// have no merge: a small table of bits says so without a miss of the cache.
class PairTable {
public:
    void put(std::int32_t left, std::int32_t right, Merge merge) {
        if (2 * (count_ + 1) > slots_.size()) grow();
        const std::uint64_t pair = key(left, right);
        Slot& slot = slots_[find(pair)];
        if (slot.key == empty) ++count_;
        slot = {pair, merge};
        mark(pair);
    }

    const Merge* get(std::int32_t left, std::int32_t right) const {
        const std::uint64_t pair = key(left, right), hash = hashOf(pair);
        if (!((bits_[(hash >> 26) & (bits_.size() - 1)] >> (hash >> 58)) & 1)) return nullptr;
        const Slot& slot = slots_[find(pair)];
        return slot.key == empty ? nullptr : &slot.merge;
    }

private:
    static constexpr std::uint64_t empty = ~std::uint64_t{0};  // ids are not negative
    struct Slot {
        std::uint64_t key = empty;
        Merge merge;
    };

    static std::uint64_t key(std::int32_t left, std::int32_t right) {
        return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) | static_cast<std::uint32_t>(right);
    }

    static std::uint64_t hashOf(std::uint64_t key) {
        const std::uint64_t mixed = (key ^ (key >> 29)) * 0x9e3779b97f4a7c15u;
        return mixed ^ (mixed >> 32);
    }

    std::size_t find(std::uint64_t key) const {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = hashOf(key) & mask;
        while (slots_[at].key != empty && slots_[at].key != key) at = (at + 1) & mask;
        return at;
    }

    void mark(std::uint64_t key) {
        const std::uint64_t hash = hashOf(key);
        bits_[(hash >> 26) & (bits_.size() - 1)] |= std::uint64_t{1} << (hash >> 58);
    }

    void grow() {
        std::vector<Slot> old(slots_.empty() ? 1024 : 2 * slots_.size());
        old.swap(slots_);
        bits_.assign(slots_.size() / 8, 0);
        for (const Slot& slot : old) {
            if (slot.key == empty) continue;
            slots_[find(slot.key)] = slot;
            mark(slot.key);
        }
    }

    std::vector<Slot> slots_;
    std::vector<std::uint64_t> bits_{0};
    std::size_t count_ = 0;
};

}  // namespace dq::text

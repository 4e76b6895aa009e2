#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dq::text {

/// What two neighbouring tokens become.
struct Merge {
    std::int32_t rank = 0, id = 0;
};

/// A hash table from a pair of ids to a merge; open addressing, because it is asked once for every neighbourhood.
class PairTable {
public:
    void put(std::int32_t left, std::int32_t right, Merge merge) {
        if (2 * (count_ + 1) > slots_.size()) grow();
        Slot& slot = slots_[find(key(left, right))];
        if (slot.key == empty) ++count_;
        slot = {key(left, right), merge};
    }

    const Merge* get(std::int32_t left, std::int32_t right) const {
        if (slots_.empty()) return nullptr;
        const Slot& slot = slots_[find(key(left, right))];
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

    std::size_t find(std::uint64_t key) const {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = ((key * 0x9e3779b97f4a7c15u) >> 20) & mask;
        while (slots_[at].key != empty && slots_[at].key != key) at = (at + 1) & mask;
        return at;
    }

    void grow() {
        std::vector<Slot> old(slots_.empty() ? 1024 : 2 * slots_.size());
        old.swap(slots_);
        for (const Slot& slot : old)
            if (slot.key != empty) slots_[find(slot.key)] = slot;
    }

    std::vector<Slot> slots_;
    std::size_t count_ = 0;
};

}  // namespace dq::text

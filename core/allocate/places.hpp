#pragma once

#include <cstdint>
#include <vector>

#include "core/allocate/ladder.hpp"

namespace dq::allocate {

/// Where on its hull every class stands after the first n steps, for any n: pictures taken at equal
/// distances, and the few steps since the last one replayed. 30 000 classes in some 10 microseconds.
class Places {
public:
    Places() = default;
    explicit Places(const Ladder& ladder);

    std::vector<std::uint16_t> after(std::size_t steps, const Ladder& ladder) const;

private:
    std::size_t classes_ = 0, distance_ = 1;
    LargeVector<std::uint16_t> pictures_;  // [pictures][classes]
};

}  // namespace dq::allocate

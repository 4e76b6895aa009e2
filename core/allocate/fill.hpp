#pragma once

#include <cstddef>

namespace dq::allocate {

/// Steps are skipped in blocks whose smallest is larger than what is left of the budget.
inline constexpr std::size_t fillBlock = 256;

}  // namespace dq::allocate

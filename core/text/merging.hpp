#pragma once

#include <cstdint>
#include <vector>

#include "core/text/pair_table.hpp"

namespace dq::text {

/// Merges neighbours until no merge applies: always the pair of the lowest rank, of equal ones the leftmost. A word is searched
/// for it each time, in arrays on the stack; a long row keeps a heap, so that a text without a break costs n log n.
void mergeNeighbours(const PairTable& merges, std::vector<std::int32_t>& symbols);

/// The two ways, for the test that holds them against each other.
void mergeFew(const PairTable& merges, std::vector<std::int32_t>& symbols);   // fewSymbols at most
void mergeMany(const PairTable& merges, std::vector<std::int32_t>& symbols);
inline constexpr std::size_t fewSymbols = 64;

}  // namespace dq::text

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/decode/brick.hpp"

/// One row of a packed matrix taken to pieces and put together again: the formats' own layouts on one side, on the other what
/// bricks are filled with.
namespace dq::kernels::decoding {

struct Row {
    std::vector<std::uint16_t> codes;                // as the kernel wants them, [cols]
    std::vector<std::uint8_t> first, second, scale;  // the fields' entries in the order of columns, [bricks across * count * size]; the row's scale
};

/// `scales` are the row's own, of tiles those of its row of tiles.
Row takenApart(const Encoding& encoding, const Layout& layout, std::int64_t cols, std::span<const std::byte> codes,
               std::span<const std::byte> scales);
void putTogether(const Encoding& encoding, const Layout& layout, const Row& row, std::span<std::byte> codes, std::span<std::byte> scales);

}  // namespace dq::kernels::decoding

#include "kernels/bit_pack.hpp"

#include <cassert>

namespace dq::kernels {

void packBits(std::span<const std::uint16_t> codes, int bits, std::span<std::byte> bytes) {
    assert(bits >= 1 && bits <= 16);
    assert(bytes.size() == (codes.size() * static_cast<std::size_t>(bits) + 7) / 8);
    const std::uint32_t mask = (1u << bits) - 1;
    std::uint32_t waiting = 0;
    int waitingBits = 0;
    std::size_t next = 0;
    for (const std::uint16_t code : codes) {
        waiting |= (code & mask) << waitingBits;
        for (waitingBits += bits; waitingBits >= 8; waitingBits -= 8, waiting >>= 8)
            bytes[next++] = static_cast<std::byte>(waiting & 0xff);
    }
    if (waitingBits > 0) bytes[next] = static_cast<std::byte>(waiting);
}

void unpackBits(std::span<const std::byte> bytes, int bits, std::span<std::uint16_t> codes) {
    assert(bits >= 1 && bits <= 16);
    assert(bytes.size() == (codes.size() * static_cast<std::size_t>(bits) + 7) / 8);
    const std::uint32_t mask = (1u << bits) - 1;
    std::uint32_t waiting = 0;
    int waitingBits = 0;
    std::size_t next = 0;
    for (std::uint16_t& code : codes) {
        for (; waitingBits < bits; waitingBits += 8)
            waiting |= static_cast<std::uint32_t>(bytes[next++]) << waitingBits;
        code = static_cast<std::uint16_t>(waiting & mask);
        waiting >>= bits;
        waitingBits -= bits;
    }
}

}  // namespace dq::kernels

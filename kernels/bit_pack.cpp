#include "kernels/bit_pack.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

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

namespace {

static_assert(std::endian::native == std::endian::little);

/// Eight codes of `bits` in the bytes of a word -> the same in its low 8 * bits, and back: neighbours move together,
/// then pairs, then fours.
template <int bits>
std::uint64_t squeezed(std::uint64_t word) {
    constexpr std::uint64_t bytes = 0x00ff00ff00ff00ffu, pairs = 0x0000ffff0000ffffu, fours = 0xffffffffu;
    word = (word & bytes) | (word >> (8 - bits) & bytes << bits);
    word = (word & pairs) | (word >> (16 - 2 * bits) & pairs << (2 * bits));
    return (word & fours) | (word >> (32 - 4 * bits) & fours << (4 * bits));
}

template <int bits>
std::uint64_t spread(std::uint64_t word) {
    constexpr std::uint64_t one = (std::uint64_t{1} << bits) - 1, two = (std::uint64_t{1} << (2 * bits)) - 1,
                            four = (std::uint64_t{1} << (4 * bits)) - 1;
    word = (word & four) | (word >> (4 * bits) & four) << 32;
    word = (word & two * 0x100000001u) | (word >> (2 * bits) & two * 0x100000001u) << 16;
    return (word & one * 0x1000100010001u) | (word >> bits & one * 0x1000100010001u) << 8;
}

template <int bits>
void packEights(const std::uint8_t* codes, std::size_t eights, std::byte* bytes) {
    for (std::size_t i = 0; i < eights; ++i) {
        std::uint64_t word = 0;
        std::memcpy(&word, codes + 8 * i, 8);
        word = squeezed<bits>(word);
        std::memcpy(bytes + bits * i, &word, bits);
    }
}

template <int bits>
void unpackEights(const std::byte* bytes, std::size_t eights, std::uint8_t* codes) {
    for (std::size_t i = 0; i < eights; ++i) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes + bits * i, bits);
        word = spread<bits>(word);
        std::memcpy(codes + 8 * i, &word, 8);
    }
}

using Pack = void (*)(const std::uint8_t*, std::size_t, std::byte*);
using Unpack = void (*)(const std::byte*, std::size_t, std::uint8_t*);
constexpr std::array<Pack, 9> packers{nullptr,        packEights<1>, packEights<2>, packEights<3>, packEights<4>,
                                      packEights<5>, packEights<6>, packEights<7>, packEights<8>};
constexpr std::array<Unpack, 9> unpackers{nullptr,          unpackEights<1>, unpackEights<2>,
                                          unpackEights<3>, unpackEights<4>, unpackEights<5>,
                                          unpackEights<6>, unpackEights<7>, unpackEights<8>};

}  // namespace

void packBytes(std::span<const std::uint8_t> codes, int bits, std::byte* bytes) {
    assert(bits >= 1 && bits <= 8);
    const std::size_t eights = codes.size() / 8, left = codes.size() % 8;
    packers[static_cast<std::size_t>(bits)](codes.data(), eights, bytes);
    std::array<std::uint8_t, 8> last{};
    std::array<std::byte, 8> packed;
    std::copy_n(codes.data() + 8 * eights, left, last.begin());
    packers[static_cast<std::size_t>(bits)](last.data(), 1, packed.data());
    const std::size_t per = static_cast<std::size_t>(bits);
    std::copy_n(packed.begin(), (left * per + 7) / 8, bytes + per * eights);
}

void unpackBytes(const std::byte* bytes, int bits, std::span<std::uint8_t> codes) {
    assert(bits >= 1 && bits <= 8);
    const std::size_t eights = codes.size() / 8, left = codes.size() % 8, per = static_cast<std::size_t>(bits);
    unpackers[per](bytes, eights, codes.data());
    std::array<std::uint8_t, 8> last;
    std::array<std::byte, 8> packed{};
    std::copy_n(bytes + per * eights, (left * per + 7) / 8, packed.begin());
    unpackers[per](packed.data(), 1, last.data());
    std::copy_n(last.begin(), left, codes.data() + 8 * eights);
}

}  // namespace dq::kernels

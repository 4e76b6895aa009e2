#include "kernels/gguf/assemble.hpp"

#include <array>

#include "kernels/gguf/families.hpp"
#include "kernels/gguf/packing.hpp"

namespace dq::kernels::gguf {

namespace {

/// Bit 4 of each of 8 codes, side by side: the product moves byte i's bit to bit 56 + i, and nothing else
/// there.
std::uint8_t fifthBits(const std::uint8_t* codes) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, codes, sizeof eight);
    return static_cast<std::uint8_t>((((eight >> 4) & 0x0101010101010101u) * 0x0102040810204080u) >> 56);
}

/// Four low bits of each of 32 codes in qs, the fifth in qh.
template <class Block>
void packFives(const std::uint8_t* codes, Block& block) {
    std::array<std::uint8_t, 32> low{};
    for (std::size_t j = 0; j < 32; ++j)
        low[j] = codes[j] & 15;
    for (std::size_t j = 0; j < 4; ++j)
        block.qh[j] = fifthBits(codes + 8 * j);
    packNibbles<16>(low.data(), block.qs.data());
}

/// Runs of 32 two by two: the even ones low.
void packRuns(const std::uint8_t* codes, std::uint8_t* qs) {
    for (std::size_t pair = 0; pair < 4; ++pair)
        packNibbles<32>(codes + 64 * pair, qs + 32 * pair);
}

/// What stands above `shift` in each code goes to byte j, bit k for element 32 k + j; the rest to `low`.
void splitHigh(const std::uint8_t* codes, int shift, std::uint8_t* high, std::uint8_t* low) {
    for (std::size_t k = 0; k < 8; ++k)
        for (std::size_t j = 0; j < 32; ++j) {
            const std::uint8_t code = codes[32 * k + j];
            high[j] = static_cast<std::uint8_t>(high[j] | ((code >> shift) << k));
            low[32 * k + j] = static_cast<std::uint8_t>(code & ((1 << shift) - 1));
        }
}

}  // namespace

void assembleQ4_0(Half d, const std::uint8_t* codes, std::byte* out) {
    BlockQ4_0 block{d, {}};
    packNibbles<16>(codes, block.qs.data());
    store(block, out);
}

void assembleQ4_1(Half d, Half m, const std::uint8_t* codes, std::byte* out) {
    BlockQ4_1 block{d, m, {}};
    packNibbles<16>(codes, block.qs.data());
    store(block, out);
}

void assembleQ5_0(Half d, const std::uint8_t* codes, std::byte* out) {
    BlockQ5_0 block{d, {}, {}};
    packFives(codes, block);
    store(block, out);
}

void assembleQ5_1(Half d, Half m, const std::uint8_t* codes, std::byte* out) {
    BlockQ5_1 block{d, m, {}, {}};
    packFives(codes, block);
    store(block, out);
}

void assembleQ2_K(Half d, Half dmin, const std::uint8_t* scales, const std::uint8_t* minima,
                  const std::uint8_t* codes, std::byte* out) {
    BlockQ2_K block{{}, {}, d, dmin};
    for (std::size_t j = 0; j < 16; ++j)
        block.scales[j] = static_cast<std::uint8_t>(scales[j] | (minima[j] << 4));
    packPairs(codes, block.qs.data());
    store(block, out);
}

void assembleQ3_K(Half d, const std::uint8_t* scales, const std::uint8_t* codes, std::byte* out) {
    BlockQ3_K block{{}, {}, {}, d};
    std::array<std::uint8_t, 256> low{};
    splitHigh(codes, 2, block.hmask.data(), low.data());
    packPairs(low.data(), block.qs.data());
    packScales3(scales, block.scales.data());
    store(block, out);
}

void assembleQ4_K(Half d, Half dmin, const std::uint8_t* scales, const std::uint8_t* minima,
                  const std::uint8_t* codes, std::byte* out) {
    BlockQ4_K block{d, dmin, {}, {}};
    packScales45(scales, minima, block.scales.data());
    packRuns(codes, block.qs.data());
    store(block, out);
}

void assembleQ5_K(Half d, Half dmin, const std::uint8_t* scales, const std::uint8_t* minima,
                  const std::uint8_t* codes, std::byte* out) {
    BlockQ5_K block{d, dmin, {}, {}, {}};
    packScales45(scales, minima, block.scales.data());
    std::array<std::uint8_t, 256> low{};
    splitHigh(codes, 4, block.qh.data(), low.data());
    packRuns(low.data(), block.qs.data());
    store(block, out);
}

void assembleQ6_K(Half d, const std::int8_t* scales, const std::uint8_t* codes, std::byte* out) {
    BlockQ6_K block{{}, {}, {}, d};
    std::memcpy(block.scales.data(), scales, block.scales.size());
    packSixes(codes, block.ql.data(), block.qh.data());
    store(block, out);
}

void assembleIq4Nl(Half d, const std::uint8_t* codes, std::byte* out) {
    BlockIq4Nl block{d, {}};
    packNibbles<16>(codes, block.qs.data());
    store(block, out);
}

void assembleIq4Xs(Half d, const std::uint8_t* scales, const std::uint8_t* codes, std::byte* out) {
    BlockIq4Xs block{d, 0, {}, {}};
    for (std::size_t j = 0; j < 8; ++j) {
        block.scalesLow[j / 2] =
            static_cast<std::uint8_t>(block.scalesLow[j / 2] | ((scales[j] & 15) << (4 * (j % 2))));
        block.scalesHigh = static_cast<std::uint16_t>(block.scalesHigh | ((scales[j] >> 4) << (2 * j)));
        packNibbles<16>(codes + 32 * j, block.qs.data() + 16 * j);
    }
    store(block, out);
}

void assembleQ8_0(Half d, const std::uint8_t* codes, std::byte* out) {
    BlockQ8_0 block{d, {}};
    std::memcpy(block.qs.data(), codes, block.qs.size());
    store(block, out);
}

void assembleMxfp4(std::uint8_t e, const std::uint8_t* codes, std::byte* out) {
    BlockMxfp4 block{e, {}};
    packNibbles<16>(codes, block.qs.data());
    store(block, out);
}

void assembleNvfp4(const std::array<std::uint8_t, 4>& d, const std::uint8_t* codes, std::byte* out) {
    BlockNvfp4 block{d, {}};
    for (std::size_t j = 0; j < 4; ++j)
        packNibbles<8>(codes + 16 * j, block.qs.data() + 8 * j);
    store(block, out);
}

}  // namespace dq::kernels::gguf

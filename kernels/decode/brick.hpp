#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/encoding.hpp"
#include "kernels/rounding.hpp"

/// What a warp of a device reads at once: 16 rows by 256 columns with all that belongs to them, one run of bytes.
///
///     codes     planes of 8, 4, 2 or 1 bits (16 for BF16), the widest first: 5 bits are a plane of four and a plane of one.
///               A plane is runs of 512 bytes, 16 for each of 32 lanes, so that every load of the warp is whole cache lines.
///     fields    of each row: scales, zero points, as the format has them; rows in the order of rowSlot(), padded to 16 bytes
///
/// Sixteen columns are a step: one mma.m16n8k16. In step s lane l holds rows l / 4 and l / 4 + 8, columns
/// 16 s + 4 (l % 4) + 0 .. 3, as four pairs of neighbouring columns:
///
///     pair 0   row l / 4,     columns + 0, + 1          pair 2   row l / 4,     columns + 2, + 3
///     pair 1   row l / 4 + 8, columns + 0, + 1          pair 3   row l / 4 + 8, columns + 2, + 3
///
/// Of the lane's 64 pairs, number 4 s + p, a plane of w bits keeps 16 / w in each 32-bit word: the first code of a pair in the low half,
/// the second at the same place of the high half. So one shift and one mask make two numbers, and no code has bits in two words.
namespace dq::kernels::decoding {

inline constexpr int brickRows = 16, brickColumns = 256, stepColumns = 16, brickSteps = brickColumns / stepColumns;
inline constexpr int warpLanes = 32, loadBytes = 16, runBytes = warpLanes * loadBytes;

/// How codes become numbers.
enum class Coding : std::uint8_t { Int2, Int3, Int4, Int5, Int6, Int7, Int8, Nvfp4, Mxfp4, Fp8, Bf16, Q4K, Q6K };
inline constexpr int codings = 13;

DQ_ANYWHERE constexpr int bitsOf(Coding coding) {
    switch (coding) {
        case Coding::Nvfp4:
        case Coding::Mxfp4:
        case Coding::Q4K:
            return 4;
        case Coding::Q6K:
            return 6;
        case Coding::Fp8:
            return 8;
        case Coding::Bf16:
            return 16;
        default:
            return static_cast<int>(coding) + 2;
    }
}

/// The width of plane `index` of codes with so many bits, 0 where there is none, and which bit of a code it begins at.
DQ_ANYWHERE constexpr int planeWidth(int bits, int index) {
    int found = 0;
    for (int width = 16; width > 0; width /= 2)
        if ((bits & width) != 0 && found++ == index) return width;
    return 0;
}
DQ_ANYWHERE constexpr int planeOffset(int bits, int index) {
    int offset = 0;
    for (int i = 0; i < index; ++i)
        offset += planeWidth(bits, i);
    return offset;
}

/// Where a lane finds a plane's bits of one of its pairs.
struct PairPlace {
    int word;   // counted through the plane, four a load
    int shift;  // of the low half
};
DQ_ANYWHERE constexpr PairPlace placeOfPair(int width, int pair) {
    return {pair * width / 16, pair * width % 16};
}
/// The offset in a brick of a plane's load for a lane: loads of 16 bytes, all lanes of one beside each other.
DQ_ANYWHERE constexpr int loadOffset(int bits, int plane, int load, int lane) {
    return (planeOffset(bits, plane) + load) * runBytes + lane * loadBytes;
}

/// Rows r and r + 8, which meet in a lane, stand side by side.
DQ_ANYWHERE constexpr int rowSlot(int row) {
    return row % 8 * 2 + row / 8;
}

/// A field of the rows of a brick: `count` entries of `size` bytes a row, entry after entry, 16 rows of each; or, where rows share
/// them (tiles), one of each.
struct Field {
    int count = 0, size = 0;
    bool shared = false;

    DQ_ANYWHERE constexpr int bytes() const { return count * size * (shared ? 1 : brickRows); }
    DQ_ANYWHERE constexpr int offsetOf(int entry, int slot) const { return (shared ? entry : entry * brickRows + slot) * size; }
};

/// How the bricks of one matrix are made.
struct Layout {
    Coding coding = Coding::Bf16;
    ScaleType scale = ScaleType::None;  // of groups, or of rows: those stand beside the bricks, in the order of rows
    bool rowScales = false;
    int stepsPerGroup = 2 * brickSteps;  // a power of two; more than a brick has: no scale inside
    Field first, second;                 // scales, then zero points or what a K type has beside them

    DQ_ANYWHERE constexpr bool scaledInside() const { return stepsPerGroup <= brickSteps; }
    DQ_ANYWHERE constexpr int codeBytes() const { return bitsOf(coding) * runBytes; }
    DQ_ANYWHERE constexpr int bytes() const {
        return (codeBytes() + first.bytes() + second.bytes() + loadBytes - 1) / loadBytes * loadBytes;
    }
    DQ_ANYWHERE constexpr int firstOffset(int entry, int slot) const { return codeBytes() + first.offsetOf(entry, slot); }
    DQ_ANYWHERE constexpr int secondOffset(int entry, int slot) const {
        return codeBytes() + first.bytes() + second.offsetOf(entry, slot);
    }
};

DQ_ANYWHERE constexpr std::int64_t bricksDown(std::int64_t rows) {
    return (rows + brickRows - 1) / brickRows;
}
DQ_ANYWHERE constexpr std::int64_t bricksAcross(std::int64_t cols) {
    return (cols + brickColumns - 1) / brickColumns;
}

}  // namespace dq::kernels::decoding

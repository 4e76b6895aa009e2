#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/decode/brick.hpp"

/// One launch: up to eight matrices that meet the same inputs, each in its own format. It is a value that the kernel is given whole,
/// with pointers into host memory (emulate) or the device's (cuda::launch).
namespace dq::kernels::decoding {

inline constexpr int warpsPerBlock = 4, mostMatrices = 8, mostInputs = 16, tileInputs = 8, inputsAtOnce = 4;

/// A matrix in bricks, whose bytes somebody else keeps.
struct Matrix {
    Layout layout;
    std::int64_t rows = 0, cols = 0;
    float factor = 1;
    const std::uint8_t* bricks = nullptr;
    const std::uint8_t* rowScales = nullptr;
};

enum class Output : std::uint8_t { F32, Bf16 };

struct Segment {
    Matrix matrix;
    void* y = nullptr;   // [batch, rows]
    int firstBlock = 0;  // blocks of a segment stand together
};

struct Launch {
    Segment segments[mostMatrices];
    const std::uint16_t* x = nullptr;  // BF16 [batch, cols], rows without gaps, the first at a multiple of eight bytes
    std::int64_t cols = 0;
    int count = 0, batch = 0, blocks = 0;
    int split = warpsPerBlock;  // of a block, how many warps share the columns of 16 rows
    int ringBytes = 0;          // a warp's own shared memory
    Output output = Output::F32;

    int tiles() const { return (batch + tileInputs - 1) / tileInputs; }
};

/// How many bricks a warp has under way, the one in hand included: about 11 KB, so that a processor with four blocks waits for 180 KB.
DQ_ANYWHERE constexpr int stagesOf(Coding coding) {
    const int bits = bitsOf(coding);
    if (bits >= 7) return bits == 16 ? 2 : 3;
    return bits >= 5 ? 4 : (bits == 4 ? 5 : 12 - 2 * bits);
}

/// `processors` of the device it is for, x and the results in the memory of who runs it. Throws Error(Input) for no or more than
/// eight matrices, columns that differ or are no multiple of four, no or more than 16 inputs, results that are not as many as matrices.
Launch planned(std::span<const Matrix> matrices, const std::uint16_t* x, std::int64_t batch, std::span<void* const> y, Output output,
               int processors);

/// Which rows and columns a warp takes.
struct Place {
    std::int64_t band;  // of 16 rows
    int part;           // of the columns: every `split`th brick
    int leader;         // the warp of the block that gathers this band's sums
};

DQ_ANYWHERE inline const Segment& segmentOf(const Launch& launch, int block) {
    int found = 0;
    while (found + 1 < launch.count && launch.segments[found + 1].firstBlock <= block)
        ++found;
    return launch.segments[found];
}
DQ_ANYWHERE inline Place placeOf(const Launch& launch, const Segment& segment, int block, int warp) {
    const std::int64_t bandsPerBlock = warpsPerBlock / launch.split;
    return {(block - segment.firstBlock) * bandsPerBlock + warp / launch.split, warp % launch.split, warp / launch.split * launch.split};
}

}  // namespace dq::kernels::decoding

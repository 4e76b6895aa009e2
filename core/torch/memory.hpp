#pragma once

#include <algorithm>

#include "core/base/units.hpp"

namespace dq::torch_worker {

/// How much a pass may hold at a time of what it could hold less of. It depends on the checkpoint alone, so that equal
/// options give equal bits on every machine: a large one is given shares of its own size, so that measuring it takes a
/// fifth of what running it would; a small one is given what makes it fast.
struct MemoryPlan {
    Bytes lanes = 2_GiB;       // by batches that run side by side: what they keep, and what they use
    Bytes boundaries = 1_GiB;  // by boundaries that are kept exactly
    Bytes floats = 1_GiB;      // by a block's weights as floats; a larger block reads each matrix when it is used
    Bytes sums = 2_GiB;        // by a block's Fisher sums; a larger block is run again for each part of them
    bool returnsFreed = false;  // a tensor's memory goes back to the system with the tensor
};
MemoryPlan memoryFor(Bytes checkpoint);

/// Makes the process keep to the last of these: activations of a few MiB, made and dropped by the thousand, else leave the
/// heap in pieces that nobody fits into (548 MiB against 379 at the same time, seven blocks of Qwen3's shape).
void keepTo(const MemoryPlan& plan);

}  // namespace dq::torch_worker

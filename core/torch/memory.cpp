#include "core/torch/memory.hpp"

#include <malloc.h>

namespace dq::torch_worker {

MemoryPlan memoryFor(Bytes checkpoint) {
    if (checkpoint < 1_GiB) return {};
    const Bytes share = checkpoint / 16;
    return {.lanes = std::min(share, 2_GiB),
            .boundaries = std::min(share, 1_GiB),
            .floats = share / 2,
            .sums = std::max(share, 256_MiB),
            .returnsFreed = true};
}

void keepTo(const MemoryPlan& plan) {
#ifdef M_MMAP_THRESHOLD
    if (plan.returnsFreed) ::mallopt(M_MMAP_THRESHOLD, static_cast<int>(1_MiB));
#endif
}

}  // namespace dq::torch_worker

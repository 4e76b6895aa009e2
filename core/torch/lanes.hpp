#pragma once

#include <cstdint>
#include <functional>

#include "core/base/units.hpp"

namespace dq::torch_worker {

constexpr int MostLanes = 16;

/// How a list of batches is spread over the processor. A small model's tensors are too small to share one
/// among threads (its barriers would cost more than its arithmetic), so whole batches run side by side, each
/// on one thread; a large one's batches run one after the other, each on all threads.
///
/// Batch i belongs to lane i mod count(), and a lane's batches run in order: sums kept per lane and added up
/// in the order of the lanes do not depend on the number of threads.
class Lanes {
public:
    /// `kept`: what each lane keeps for itself; `used`: what one running batch needs beside it; `most`: what all of it may take.
    Lanes(std::int64_t batches, Bytes kept, Bytes used, Bytes most = 2_GiB);

    int count() const { return count_; }
    /// Calls body(lane, batch) for every batch. Gradients are off unless body turns them on. The first
    /// exception stops the other lanes at their next batch and is thrown again.
    void run(const std::function<void(int lane, std::int64_t batch)>& body) const;

private:
    std::int64_t batches_;
    int count_ = 1;
};

}  // namespace dq::torch_worker

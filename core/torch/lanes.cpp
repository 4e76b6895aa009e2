#include "core/torch/lanes.hpp"

#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <dlfcn.h>

#include <algorithm>
#include <atomic>

namespace dq::torch_worker {

namespace {

/// OpenBLAS has threads of its own, one pool for all callers, and knows nothing of who calls it: inside lanes
/// it has to stay on its caller's thread. Other BLAS libraries follow OpenMP and do not have this function.
void limitBlas(int threads) {
    using Set = void (*)(int);
    static const Set set = reinterpret_cast<Set>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
    if (set) set(threads);
}

class OneBlasThread {
public:
    OneBlasThread() { limitBlas(1); }
    ~OneBlasThread() { limitBlas(at::get_num_threads()); }
    OneBlasThread(const OneBlasThread&) = delete;
    OneBlasThread& operator=(const OneBlasThread&) = delete;
};

}  // namespace

Lanes::Lanes(std::int64_t batches, Bytes kept, Bytes used, Bytes most) : batches_(batches) {
    const int wanted = static_cast<int>(std::clamp<std::int64_t>(batches, 1, MostLanes));
    const int threads = std::min(wanted, at::get_num_threads());
    if (kept <= most / wanted && used <= most / threads) count_ = wanted;
}

void Lanes::run(const std::function<void(int, std::int64_t)>& body) const {
    if (count_ == 1) {
        const c10::NoGradGuard noGraph;
        for (std::int64_t batch = 0; batch < batches_; ++batch)
            body(0, batch);
        return;
    }
    const OneBlasThread oneEach;
    std::atomic<int> next{0};
    std::atomic<bool> failed{false};
    at::parallel_for(0, at::get_num_threads(), 1, [&](std::int64_t, std::int64_t) {
        const c10::NoGradGuard noGraph;
        try {
            for (int lane = next++; lane < count_ && !failed; lane = next++)
                for (std::int64_t batch = lane; batch < batches_ && !failed; batch += count_)
                    body(lane, batch);
        } catch (...) {
            failed = true;
            throw;
        }
    });
}

}  // namespace dq::torch_worker

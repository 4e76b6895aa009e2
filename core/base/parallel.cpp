#include "core/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace dq {

namespace {
std::atomic<int> limit{0};
}

int threadCount() {
    const int chosen = limit.load();
    return chosen > 0 ? chosen : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void limitThreads(int count) {
    limit.store(count);
}

void parallelFor(std::int64_t count, const std::function<void(std::int64_t)>& body) {
    std::atomic<std::int64_t> next{0};
    std::exception_ptr fault;
    std::mutex guard;
    const auto work = [&] {
        for (std::int64_t i = next++; i < count; i = next++) {
            try {
                body(i);
            } catch (...) {
                const std::lock_guard lock(guard);
                if (!fault) fault = std::current_exception();
                next = count;
            }
        }
    };
    {
        std::vector<std::jthread> helpers;
        const std::int64_t wanted = std::min<std::int64_t>(threadCount(), count) - 1;
        for (std::int64_t i = 0; i < wanted; ++i) helpers.emplace_back(work);
        work();
    }
    if (fault) std::rethrow_exception(fault);
}

}  // namespace dq

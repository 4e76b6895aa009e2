#include "core/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace dq {

namespace {

std::atomic<int> limit{0};

/// How many threads a loop inside the present one may take; 0: there is none around it.
thread_local int share = 0;

class Shared {
public:
    explicit Shared(int threads) : before_(std::exchange(share, threads)) {}
    ~Shared() { share = before_; }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;

private:
    int before_;
};

}  // namespace

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
    const int mine = share > 0 ? share : threadCount();
    const std::int64_t taken = std::clamp<std::int64_t>(count, 1, mine);
    const auto work = [&] {
        const Shared rest(mine / static_cast<int>(taken));
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
        for (std::int64_t i = 1; i < taken; ++i) helpers.emplace_back(work);
        work();
    }
    if (fault) std::rethrow_exception(fault);
}

}  // namespace dq

#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "core/base/progress.hpp"

namespace dq::torch_worker {

/// Counts the tokens of one phase of a pass; a token counts once for every unit it goes through. Any thread
/// may add; only the one that made the tally reports, so that listeners need no locks.
class Tally {
public:
    Tally(const Progress& progress, std::string_view phase, std::int64_t total)
        : progress_(progress), phase_(phase), total_(total) {}

    void enter(std::string unit) { unit_ = std::move(unit); }
    void skip(std::int64_t tokens) { reported_ = done_ += tokens; }  // done by an earlier run
    void add(std::int64_t tokens) {
        done_ += tokens;
        if (std::this_thread::get_id() == owner_) report();
    }
    /// What other threads added since the last report.
    void report() {
        const std::int64_t done = done_;
        if (done != reported_)
            progress_.report({.phase = phase_, .done = done, .total = total_, .unit = unit_});
        reported_ = done;
    }

private:
    const Progress& progress_;
    std::string_view phase_;
    std::thread::id owner_ = std::this_thread::get_id();
    std::atomic<std::int64_t> done_{0};
    std::int64_t reported_ = 0, total_ = 0;
    std::string unit_;
};

}  // namespace dq::torch_worker

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace dq {

/// One step of a long job, as it is reported.
struct Step {
    std::string_view phase;  // "forward", "backward", "write"
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::string_view unit;  // what was just finished: "layers.3"
};

/// Given to every function that takes long: where it reports, and where it learns that it should stop.
class Progress {
public:
    Progress() = default;
    explicit Progress(std::function<void(const Step&)> listener, const std::atomic<bool>* stop = nullptr)
        : listener_(std::move(listener)), stop_(stop) {}

    void report(const Step& step) const {
        if (listener_) listener_(step);
    }

    /// Throws Cancelled when a stop was asked for. Called between units, often enough for a person to wait.
    void checkpoint() const {
        if (stop_ && stop_->load(std::memory_order_relaxed)) throw Cancelled{};
    }

private:
    std::function<void(const Step&)> listener_;
    const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace dq

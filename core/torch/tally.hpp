#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/progress.hpp"

namespace dq::torch_worker {

/// Counts the tokens of one phase of a pass; a token counts once for every unit it goes through.
class Tally {
public:
    Tally(const Progress& progress, std::string_view phase, std::int64_t total)
        : progress_(progress), phase_(phase), total_(total) {}

    void enter(std::string unit) { unit_ = std::move(unit); }
    void skip(std::int64_t tokens) { done_ += tokens; }  // done by an earlier run
    void add(std::int64_t tokens) {
        done_ += tokens;
        progress_.report({.phase = phase_, .done = done_, .total = total_, .unit = unit_});
    }

private:
    const Progress& progress_;
    std::string_view phase_;
    std::int64_t done_ = 0, total_ = 0;
    std::string unit_;
};

}  // namespace dq::torch_worker

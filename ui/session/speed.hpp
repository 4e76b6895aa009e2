#pragma once

#include "core/allocate/costs.hpp"

namespace dq::ui {

/// How fast a token is to come, and from what memory: what the dialog asks for.
struct Speed {
    double gigabytesPerSecond = 0, tokensPerSecond = 0;
    allocate::Costs costs = {};  // what products reach of it by format; without formats all of it

    bool operator==(const Speed&) const = default;
};

}  // namespace dq::ui

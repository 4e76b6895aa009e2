#pragma once

#include "ui/session/cards.hpp"
#include "ui/session/explored.hpp"

namespace dq::ui {

/// How losses are written, on which axis, and what a card must hold beside the weights.
struct Look {
    bool logLoss = true;
    bool perplexity = false;  // by how much it grows, in place of nats
    std::int64_t context = usualContext;  // positions of the cache
    double card = 0;                      // GiB of one that is none of the usual; 0: none
    bool operator==(const Look&) const = default;
};

}  // namespace dq::ui

#pragma once

#include <QString>

#include <optional>
#include <vector>

#include "core/allocate/card.hpp"
#include "core/model/model.hpp"

namespace dq::ui {

/// A graphics card, and what it leaves for weights beside the cache of keys and values.
struct CardRoom {
    double gib = 0;
    Bytes room = 0;    // 0: nothing is left
    Bytes cached = 0;  // of keys and values
    QString label;     // "24 GB"
};

inline constexpr std::int64_t usualContext = 8192;

/// The cards people have. Without a model there is no cache to count.
inline constexpr double mostCard = 4096;  // GiB
/// `own`: one that is none of them, 0 for none.
std::vector<CardRoom> cardRooms(const model::Architecture* architecture, std::int64_t context, double own = 0);

}  // namespace dq::ui

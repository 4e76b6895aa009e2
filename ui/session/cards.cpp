#include "ui/session/cards.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/flow/allocating.hpp"

namespace dq::ui {

namespace {

constexpr double cards[] = {8, 12, 16, 24, 32, 48, 80};
constexpr Bytes overhead = 1_GiB;  // context, workspaces, activations: as the command line has it

CardRoom roomOf(double gib, const allocate::KvCache& cache) {
    CardRoom card{gib, 0, 0, QStringLiteral("%1 GB").arg(gib)};
    try {
        card.cached = allocate::cacheBytes(cache);
        card.room = allocate::roomOn({gib, overhead}, cache);
    } catch (const Error&) {
        card.room = 0;  // the cache alone fills it
    }
    return card;
}

}  // namespace

std::vector<CardRoom> cardRooms(const model::Architecture* architecture, std::int64_t context, double own) {
    allocate::KvCache cache;
    if (architecture) {
        cache = flow::cacheOf(*architecture);
        cache.context = context;
    }
    std::vector<double> sizes(std::begin(cards), std::end(cards));
    if (own > 0 && std::find(sizes.begin(), sizes.end(), own) == sizes.end()) sizes.push_back(own);
    std::sort(sizes.begin(), sizes.end());
    std::vector<CardRoom> rooms;
    for (const double gib : sizes)
        rooms.push_back(roomOf(gib, cache));
    return rooms;
}

}  // namespace dq::ui

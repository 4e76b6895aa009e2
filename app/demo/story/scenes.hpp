#pragma once

#include <span>

#include "app/demo/story/teller.hpp"

namespace dq::demo {

/// A thread of a story in two parts that need not follow each other: what the second tells was settled in the
/// first.
struct Scene {
    void (*setup)(Teller&);
    void (*payoff)(Teller&);
};

/// Opening: the two heroes a and b and their elder e, with pronouns ({a.he}, {a.him}, {a.his}), kinds, homes,
/// favourites.
void introduce(Teller& teller);

std::span<const Scene> placeScenes();   // things put somewhere and found there
std::span<const Scene> numberScenes();  // counts, days, orders
std::span<const Scene> speechScenes();  // words said once and said again

}  // namespace dq::demo

// The optimum within a budget: what the linear relaxation leaves open, searched to the end.
#include <algorithm>

#include "core/allocate/finish.hpp"

namespace dq::allocate {

namespace {

const Option& optionIn(std::span<const Option> options, int format) {
    return *std::find_if(options.begin(), options.end(),
                         [format](const Option& one) { return one.format == format; });
}

/// Appends the options of a class that could be part of something better than the best known.
void addDeviations(Core& core, std::uint32_t owner, std::span<const Option> options, const Option& base,
                   double slack) {
    for (const Option& one : options) {
        const Bytes bytes = one.bytes - base.bytes;
        const double loss = one.loss - base.loss, reduced = loss + core.price * static_cast<double>(bytes);
        if (reduced >= slack || (bytes >= 0 && loss >= 0)) continue;
        core.deviations.push_back(
            {owner, static_cast<std::uint16_t>(one.format), bytes, loss, std::max(reduced, 0.0), bytes});
    }
}

}  // namespace

Choice Front::exact(Bytes budget, const Effort& effort) const {
    requireWithin(budget);
    const std::size_t below = vertexBelow(budget);
    const Vertex& vertex = vertices_[below];
    if (below + 1 == vertices_.size() || vertex.bytes == budget) return atVertex(below);

    Picks picks = best(budget);
    Picks base{formatsAt(places_.after(below, ladder_)), vertex.bytes, vertex.loss};
    const Bytes rest = budget - vertex.bytes;
    Core core{.deviations = {},
              .rest = rest,
              .price = price(below),
              .best = std::min(picks.loss - vertex.loss, 0.0),
              .coarseRest = rest};
    const double slack = core.best + core.price * static_cast<double>(core.rest);
    for (std::size_t c = 0; c < ladder_.classes(); ++c) {
        const auto all = options(c);
        addDeviations(core, static_cast<std::uint32_t>(c), all, optionIn(all, base.formats[c]), slack);
    }
    tighten(core);
    const Finish finish = finished(core, effort);
    if (!finish.taken.empty()) {
        picks = std::move(base);
        for (const Deviation& one : finish.taken) {
            picks.formats[one.owner] = one.format;
            picks.bytes += one.bytes;
        }
        picks.loss = vertex.loss + finish.loss;
    }
    Choice choice = choiceOf(picks, budget);
    const double bound = finish.bound == finish.loss ? choice.loss : vertex.loss + finish.bound;
    choice.bound = std::clamp(bound, choice.bound, choice.loss);
    return choice;
}

}  // namespace dq::allocate

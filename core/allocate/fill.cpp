// The quick answer to a budget: a vertex, and what still fits.
#include "core/allocate/fill.hpp"

#include <algorithm>

#include "core/allocate/front.hpp"

namespace dq::allocate {

/// Takes the steps after the vertex that still fit, steepest first. A class whose next step is too large is
/// out: what is left of the budget only shrinks, and its later steps come on top of that one.
Front::Picks Front::filled(Bytes budget) const {
    const std::size_t below = vertexBelow(budget);
    std::vector<std::uint16_t> places = places_.after(below, ladder_);
    auto [bytes, loss] = vertices_[below];
    const LargeVector<Step>& steps = ladder_.steps;
    for (std::size_t i = below; i < steps.size();) {
        const std::size_t block = i / fillBlock, end = std::min(steps.size(), (block + 1) * fillBlock);
        if (leastLater_[block] > budget - bytes) break;
        if (leastStep_[block] > budget - bytes) i = end;
        for (; i < end; ++i) {
            const Step& step = steps[i];
            if (step.bytes > budget - bytes || places[step.owner] + 1 != step.place) continue;
            places[step.owner] = step.place;
            bytes += step.bytes;
            loss -= step.gain;
        }
    }
    return {formatsAt(std::move(places)), bytes, loss};
}

/// The same from a uniform format: any point of the hulls that is better than the current option and fits.
Front::Picks Front::filledUniform(int format, Bytes budget) const {
    const Uniform& uniform = ladder_.uniforms[static_cast<std::size_t>(format)];
    Bytes rest = budget - problem_->passthrough - uniform.bytes;
    std::vector<Option> current(ladder_.classes());
    std::vector<std::vector<HullPoint>> hulls(ladder_.classes());
    for (std::size_t c = 0; c < current.size(); ++c) {
        hullOf(options(c), hulls[c]);
        for (const Option& option : options(c))
            if (option.format == format) current[c] = option;
    }
    for (const Step& step : ladder_.steps) {
        const Option& next = hulls[step.owner][step.place].option;
        const Bytes extra = next.bytes - current[step.owner].bytes;
        if (extra > rest || next.loss >= current[step.owner].loss) continue;
        current[step.owner] = next;
        rest -= extra;
    }
    Picks picks{std::vector<std::uint16_t>(current.size()), budget - rest, 0};
    for (std::size_t c = 0; c < current.size(); ++c) {
        picks.formats[c] = static_cast<std::uint16_t>(current[c].format);
        picks.loss += current[c].loss;
    }
    return picks;
}

Front::Picks Front::best(Bytes budget) const {
    Picks picks = filled(budget);
    const int uniform = bestUniform(budget);
    if (uniform >= 0 && ladder_.uniforms[static_cast<std::size_t>(uniform)].loss < picks.loss)
        return filledUniform(uniform, budget);
    return picks;
}

}  // namespace dq::allocate

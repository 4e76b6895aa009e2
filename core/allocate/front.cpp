#include "core/allocate/front.hpp"

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"

namespace dq::allocate {

double Choice::gap() const {
    if (loss <= bound) return 0;
    return bound > 0 ? (loss - bound) / bound : std::numeric_limits<double>::infinity();
}

const Problem& Front::problem() const {
    return *problem_;
}

std::span<const Option> Front::options(std::size_t classIndex) const {
    const auto found =
        std::lower_bound(restrictions_.begin(), restrictions_.end(), classIndex,
                         [](const Restriction& one, std::size_t c) { return one.classIndex < c; });
    if (found != restrictions_.end() && found->classIndex == classIndex) return found->options;
    return problem_->classes[classIndex].options;
}

std::span<const Vertex> Front::vertices() const {
    return vertices_;
}

std::size_t Front::vertexBelow(Bytes budget) const {
    const auto above =
        std::upper_bound(vertices_.begin(), vertices_.end(), budget,
                         [](Bytes bytes, const Vertex& vertex) { return bytes < vertex.bytes; });
    return above == vertices_.begin() ? 0 : static_cast<std::size_t>(above - vertices_.begin()) - 1;
}

std::optional<std::size_t> Front::reaching(double loss) const {
    const auto found = std::partition_point(vertices_.begin(), vertices_.end(),
                                            [loss](const Vertex& vertex) { return !(vertex.loss <= loss); });
    if (found == vertices_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - vertices_.begin());
}

double Front::price(std::size_t vertex) const {
    return vertex < ladder_.steps.size() ? ladder_.steps[vertex].slope() : 0;
}

double Front::boundAt(Bytes budget) const {
    const std::size_t below = vertexBelow(budget);
    const Vertex& from = vertices_[below];
    if (below + 1 == vertices_.size() || budget <= from.bytes) return from.loss;
    const double slid = from.loss - price(below) * static_cast<double>(budget - from.bytes);
    return std::clamp(slid, vertices_[below + 1].loss, from.loss);
}

int Front::bestUniform(Bytes budget) const {
    int best = -1;
    for (std::size_t f = 0; f < ladder_.uniforms.size(); ++f) {
        const Uniform& one = ladder_.uniforms[f];
        if (one.classes != ladder_.classes() || problem_->passthrough + one.bytes > budget) continue;
        if (best < 0 || one.loss < ladder_.uniforms[static_cast<std::size_t>(best)].loss)
            best = static_cast<int>(f);
    }
    return best;
}

std::vector<std::uint16_t> Front::formatsAt(std::vector<std::uint16_t> places) const {
    for (std::size_t c = 0; c < places.size(); ++c)
        places[c] = ladder_.formats[ladder_.start[c] + places[c]];
    return places;
}

Choice Front::choiceOf(const Picks& picks, Bytes budget) const {
    Choice choice;
    choice.formats.resize(problem_->matrices);
    if (members_.size() == ladder_.classes())
        for (std::size_t c = 0; c < members_.size(); ++c)
            choice.formats[members_[c]] = picks.formats[c];
    else
        for (std::size_t c = 0; c < ladder_.classes(); ++c)
            for (std::uint32_t m = memberStart_[c]; m < memberStart_[c + 1]; ++m)
                choice.formats[members_[m]] = picks.formats[c];
    choice.bytes = picks.bytes;
    choice.bound = boundAt(budget);
    choice.loss = std::max(picks.loss, choice.bound);  // the same sum, rounded in another order
    choice.price = price(vertexBelow(budget));
    return choice;
}

Choice Front::atVertex(std::size_t vertex) const {
    const auto [bytes, loss] = vertices_[vertex];
    Choice choice = choiceOf({formatsAt(places_.after(vertex, ladder_)), bytes, loss}, bytes);
    choice.price = price(vertex);
    return choice;
}

void Front::requireWithin(Bytes budget) const {
    const Bytes least = vertices_.front().bytes, most = vertices_.back().bytes;
    if (budget >= least) return;
    throw Error(Kind::Input, "a budget of " + std::to_string(budget) +
                                 " bytes is too small: choices run from " + std::to_string(least) + " to " +
                                 std::to_string(most) + " bytes, " +
                                 showNumber(problem_->bitsPerWeight(least)) + " to " +
                                 showNumber(problem_->bitsPerWeight(most)) + " bits per weight");
}

Choice Front::at(Bytes budget) const {
    requireWithin(budget);
    return choiceOf(best(budget), budget);
}

std::optional<Choice> Front::uniform(int format) const {
    if (format < 0 || static_cast<std::size_t>(format) >= ladder_.uniforms.size()) return std::nullopt;
    const Uniform& uniform = ladder_.uniforms[static_cast<std::size_t>(format)];
    if (uniform.classes != ladder_.classes()) return std::nullopt;
    const std::vector<std::uint16_t> formats(ladder_.classes(), static_cast<std::uint16_t>(format));
    const Bytes bytes = problem_->passthrough + uniform.bytes;
    return choiceOf({formats, bytes, uniform.loss}, bytes);
}

}  // namespace dq::allocate

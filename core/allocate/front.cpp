#include "core/allocate/front.hpp"

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"

namespace dq::allocate {

struct Front::Picks {
    std::vector<Option> options;  // per class
    Bytes bytes = 0;              // passthrough included
    Bytes rest = 0;               // of the budget
    double loss = 0;

    void addUp() {
        loss = 0;
        for (const Option& option : options)
            loss += option.loss;
    }
};

double Choice::gap() const {
    if (loss <= bound) return 0;
    return bound > 0 ? (loss - bound) / bound : std::numeric_limits<double>::infinity();
}

std::shared_ptr<const Front> Front::of(std::shared_ptr<const Problem> problem) {
    if (!problem || problem->classes.empty())
        throw Error(Kind::Input, "there are no matrices to choose formats for");
    const std::shared_ptr<Front> front(new Front);
    front->problem_ = std::move(problem);
    front->hulls_ = hullsOf(*front->problem_);
    front->steps_ = stepsBySlope(front->hulls_);
    front->addVertices();
    front->addUniforms();
    return front;
}

void Front::addVertices() {
    vertices_.resize(steps_.size() + 1);
    leastStep_.resize(steps_.size() + 1, std::numeric_limits<Bytes>::max());
    rank_.resize(hulls_.points.size());
    vertices_.front().bytes = problem_->passthrough;
    for (std::size_t c = 0; c < hulls_.classes(); ++c) {
        vertices_.front().bytes += hulls_.points[hulls_.start[c]].bytes;
        vertices_.back().loss += hulls_.points[hulls_.start[c + 1] - 1].loss;
    }
    // One walk through the hulls, whose points come in no order; what follows runs straight through memory.
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const std::uint32_t point = steps_[i];
        rank_[point] = static_cast<std::uint32_t>(i);
        leastStep_[i] = hulls_.points[point].bytes - hulls_.points[point - 1].bytes;
        vertices_[i].loss = hulls_.points[point - 1].loss - hulls_.points[point].loss;
        vertices_[i + 1].bytes = vertices_[i].bytes + leastStep_[i];
    }
    // From the small end: taking gains away from the large one would leave only its rounding errors at the
    // tail.
    for (std::size_t i = steps_.size(); i-- > 0;) {
        vertices_[i].loss += vertices_[i + 1].loss;
        leastStep_[i] = std::min(leastStep_[i], leastStep_[i + 1]);
    }
}

void Front::addUniforms() {
    uniforms_.assign(problem_->formats.size(), {0, problem_->passthrough, 0});
    memberStart_.reserve(hulls_.classes() + 1);
    members_.reserve(problem_->matrices);
    for (const Class& one : problem_->classes) {
        memberStart_.push_back(static_cast<std::uint32_t>(members_.size()));
        for (const int matrix : one.matrices)
            members_.push_back(static_cast<std::uint32_t>(matrix));
        for (const Option& option : one.options) {
            Uniform& uniform = uniforms_[static_cast<std::size_t>(option.format)];
            ++uniform.classes;
            uniform.bytes += option.bytes;
            uniform.loss += option.loss;
        }
    }
    memberStart_.push_back(static_cast<std::uint32_t>(members_.size()));
}

const Problem& Front::problem() const {
    return *problem_;
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
    return vertex < steps_.size() ? hulls_.slope[steps_[vertex]] : 0;
}

double Front::boundAt(Bytes budget) const {
    const std::size_t below = vertexBelow(budget);
    const Vertex& from = vertices_[below];
    if (below + 1 == vertices_.size() || budget <= from.bytes) return from.loss;
    const double slid = from.loss - price(below) * static_cast<double>(budget - from.bytes);
    return std::clamp(slid, vertices_[below + 1].loss, from.loss);
}

/// The point of a class's hull after the first `vertex` steps of all classes: its own steps lie in order
/// among them.
std::uint32_t Front::pointAt(std::size_t classIndex, std::size_t vertex) const {
    const auto first = rank_.begin() + hulls_.start[classIndex] + 1,
               last = rank_.begin() + hulls_.start[classIndex + 1];
    const auto next =
        std::partition_point(first, last, [vertex](std::uint32_t rank) { return rank < vertex; });
    return static_cast<std::uint32_t>(next - rank_.begin()) - 1;
}

Front::Picks Front::picksAt(std::size_t vertex) const {
    Picks picks;
    picks.options.reserve(hulls_.classes());
    for (std::size_t c = 0; c < hulls_.classes(); ++c)
        picks.options.push_back(hulls_.points[pointAt(c, vertex)]);
    picks.bytes = vertices_[vertex].bytes;
    picks.loss = vertices_[vertex].loss;
    return picks;
}

Front::Picks Front::picksOf(int format) const {
    Picks picks;
    picks.options.reserve(hulls_.classes());
    for (const Class& one : problem_->classes)
        picks.options.push_back(
            *std::find_if(one.options.begin(), one.options.end(),
                          [format](const Option& option) { return option.format == format; }));
    picks.bytes = uniforms_[static_cast<std::size_t>(format)].bytes;
    picks.loss = uniforms_[static_cast<std::size_t>(format)].loss;
    return picks;
}

/// Takes the steps from `from` on that still fit, steepest first. A class whose next step is too large waits:
/// its later ones are larger still.
void Front::complete(Picks& picks, std::size_t from, bool onHull) const {
    bool taken = false;
    for (std::size_t i = from; i < steps_.size(); ++i) {
        if (onHull && picks.rest < leastStep_[i]) break;
        Option& current = picks.options[hulls_.classOf[steps_[i]]];
        const Option& next = hulls_.points[steps_[i]];
        const Bytes extra = next.bytes - current.bytes;
        if (extra > picks.rest || next.loss >= current.loss) continue;
        current = next;
        picks.rest -= extra;
        picks.bytes += extra;
        taken = true;
    }
    if (taken) picks.addUp();
}

const Front::Uniform* Front::bestUniform(Bytes budget) const {
    const Uniform* best = nullptr;
    for (const Uniform& one : uniforms_)
        if (one.classes == hulls_.classes() && one.bytes <= budget && (!best || one.loss < best->loss))
            best = &one;
    return best;
}

void Front::assign(Choice& choice, std::size_t classIndex, int format) const {
    for (std::uint32_t m = memberStart_[classIndex]; m < memberStart_[classIndex + 1]; ++m)
        choice.formats[members_[m]] = format;
}

Choice Front::choiceOf(const Picks& picks, Bytes budget) const {
    Choice choice;
    choice.formats.resize(problem_->matrices);
    for (std::size_t c = 0; c < hulls_.classes(); ++c)
        assign(choice, c, picks.options[c].format);
    choice.bytes = picks.bytes;
    choice.bound = boundAt(budget);
    choice.loss = std::max(picks.loss, choice.bound);  // the same sum, rounded in another order
    choice.price = price(vertexBelow(budget));
    return choice;
}

/// Asked for at every move of a slider: straight from the hulls, without the picks that at() needs.
Choice Front::atVertex(std::size_t vertex) const {
    const auto [bytes, loss] = vertices_[vertex];
    Choice choice{{}, bytes, loss, loss, price(vertex)};
    choice.formats.resize(problem_->matrices);
    for (std::size_t c = 0; c < hulls_.classes(); ++c)
        assign(choice, c, hulls_.points[pointAt(c, vertex)].format);
    return choice;
}

Choice Front::at(Bytes budget) const {
    const Bytes least = vertices_.front().bytes, most = vertices_.back().bytes;
    if (budget < least)
        throw Error(Kind::Input, "a budget of " + std::to_string(budget) +
                                     " bytes is too small: choices run from " +
                                     std::to_string(least) + " to " + std::to_string(most) + " bytes, " +
                                     showNumber(problem_->bitsPerWeight(least)) + " to " +
                                     showNumber(problem_->bitsPerWeight(most)) + " bits per weight");
    const std::size_t below = vertexBelow(budget);
    Picks picks = picksAt(below);
    picks.rest = budget - picks.bytes;
    complete(picks, below, true);
    if (const Uniform* const uniform = bestUniform(budget); uniform && uniform->loss < picks.loss) {
        picks = picksOf(static_cast<int>(uniform - uniforms_.data()));
        picks.rest = budget - picks.bytes;
        complete(picks, 0, false);
    }
    return choiceOf(picks, budget);
}

std::optional<Choice> Front::uniform(int format) const {
    if (format < 0 || static_cast<std::size_t>(format) >= uniforms_.size()) return std::nullopt;
    const Uniform& uniform = uniforms_[static_cast<std::size_t>(format)];
    if (uniform.classes != hulls_.classes()) return std::nullopt;
    return choiceOf(picksOf(format), uniform.bytes);
}

}  // namespace dq::allocate

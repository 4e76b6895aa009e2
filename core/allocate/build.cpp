// How a front comes to be: from a problem, or from a front and what some classes may no longer take.
#include <algorithm>
#include <limits>

#include "core/allocate/fill.hpp"
#include "core/allocate/front.hpp"
#include "core/base/error.hpp"

namespace dq::allocate {

std::shared_ptr<const Front> Front::of(std::shared_ptr<const Problem> problem) {
    if (!problem || problem->classes.empty())
        throw Error(Kind::Input, "there are no matrices to choose formats for");
    if (problem->formats.size() > std::numeric_limits<std::uint16_t>::max())
        throw Error(Kind::Input, std::to_string(problem->formats.size()) +
                                     " formats to choose from; at most 65535 are understood");
    const std::shared_ptr<Front> front(new Front);
    front->problem_ = std::move(problem);
    front->ladder_ = ladderOf(*front->problem_);
    front->addMembers();
    front->addVertices();
    front->places_ = Places(front->ladder_);
    return front;
}

std::shared_ptr<const Front> Front::restricted(std::vector<Restriction> restrictions) const {
    std::sort(restrictions.begin(), restrictions.end(),
              [](const Restriction& a, const Restriction& b) { return a.classIndex < b.classIndex; });
    std::vector<std::size_t> changed;
    for (const Restriction& one : restrictions_)
        changed.push_back(one.classIndex);
    for (const Restriction& one : restrictions)
        changed.push_back(one.classIndex);
    std::sort(changed.begin(), changed.end());
    changed.erase(std::unique(changed.begin(), changed.end()), changed.end());

    const std::shared_ptr<Front> front(new Front);
    front->problem_ = problem_;
    front->restrictions_ = std::move(restrictions);
    front->ladder_ = patched(
        ladder_, changed, [this](std::size_t c) { return options(c); },
        [&front](std::size_t c) { return front->options(c); }, *problem_);
    front->members_ = members_;
    front->memberStart_ = memberStart_;
    for (const std::size_t c : changed) {
        for (const Option& option : options(c))
            --front->ladder_.uniforms[static_cast<std::size_t>(option.format)].classes;
        for (const Option& option : front->options(c))
            ++front->ladder_.uniforms[static_cast<std::size_t>(option.format)].classes;
    }
    front->addVertices();
    front->places_ = Places(front->ladder_);
    return front;
}

void Front::addVertices() {
    const LargeVector<Step>& steps = ladder_.steps;
    vertices_.resize(steps.size() + 1);
    Bytes bytes = problem_->passthrough;
    double loss = 0;
    for (std::size_t c = 0; c < ladder_.classes(); ++c) {
        bytes += ladder_.first[c].bytes;
        loss += ladder_.lastLoss[c];
    }
    const std::size_t blocks = steps.size() / fillBlock + 1;
    leastStep_.assign(blocks, std::numeric_limits<Bytes>::max());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        vertices_[i].bytes = bytes;
        bytes += steps[i].bytes;
        leastStep_[i / fillBlock] = std::min(leastStep_[i / fillBlock], steps[i].bytes);
    }
    vertices_.back() = {bytes, loss};
    // From the small end: taking gains away from the large one would leave only its rounding errors at the
    // tail.
    for (std::size_t i = steps.size(); i-- > 0;)
        vertices_[i].loss = loss += steps[i].gain;
    leastLater_ = leastStep_;
    for (std::size_t b = blocks - 1; b-- > 0;)
        leastLater_[b] = std::min(leastLater_[b], leastLater_[b + 1]);
}

void Front::addMembers() {
    memberStart_.reserve(problem_->classes.size() + 1);
    members_.reserve(problem_->matrices);
    for (const Class& one : problem_->classes) {
        memberStart_.push_back(static_cast<std::uint32_t>(members_.size()));
        for (const int matrix : one.matrices)
            members_.push_back(static_cast<std::uint32_t>(matrix));
    }
    memberStart_.push_back(static_cast<std::uint32_t>(members_.size()));
}

}  // namespace dq::allocate

#include "core/base/error.hpp"
#include "core/flow/allocating.hpp"
#include "core/flow/decoding.hpp"
#include "ui/session/session.hpp"

/// The limit of time beside the one of size.
namespace dq::ui {

namespace {

constexpr double giga = 1e9;

/// Of a table without its model nothing is known but its weights: no cache, and all experts are read.
allocate::Pace paceOf(const Speed& speed, const model::Model* model, std::int64_t context) {
    const model::Architecture none, &architecture = model ? model->architecture() : none;
    allocate::KvCache cache = flow::cacheOf(architecture);
    cache.context = context;
    allocate::Pace pace = flow::paceOf(architecture, cache, speed.gigabytesPerSecond * giga, speed.tokensPerSecond);
    pace.costs = speed.costs;
    if (model && speed.costs.launchSeconds > 0) pace.besides = speed.costs.launchSeconds * static_cast<double>(flow::launchesOf(*model).size());
    return pace;
}

}  // namespace

void Session::setSpeed(const std::optional<Speed>& speed) {
    if (!hasFront()) return;
    Question question = question_;
    try {
        question.pace = speed ? std::optional(paceOf(*speed, model_.get(), look_.context)) : std::nullopt;
    } catch (...) {
        return emit failed(failureOf(std::current_exception()));
    }
    ask(question);
}

std::optional<Speed> Session::speed() const {
    if (!question_.pace) return std::nullopt;
    return Speed{question_.pace->bytesPerSecond / giga, 1 / question_.pace->secondsPerToken, question_.pace->costs};
}

QString Session::speedRange(double gigabytesPerSecond, const allocate::Costs& costs) const {
    if (!hasFront() || !(gigabytesPerSecond > 0)) return {};
    const allocate::Front& front = *explored_->front;
    const allocate::Traffic traffic = allocate::trafficOf(
        explored_->problem(), *table_, paceOf({gigabytesPerSecond, 1, costs}, model_.get(), look_.context));
    const auto perSecond = [&](const allocate::Choice& choice) {
        return numberText(1 / allocate::secondsOf(explored_->problem(), traffic, choice));
    };
    return tr("Choices give %1 to %2 tokens a second on this memory; the one in hand %3.")
        .arg(perSecond(front.atVertex(front.vertices().size() - 1)), perSecond(front.atVertex(0)), perSecond(choice_));
}

}  // namespace dq::ui

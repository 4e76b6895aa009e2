#include "core/flow/contest.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/allocate/compare/peers.hpp"
#include "core/base/error.hpp"
#include "core/flow/refining.hpp"

namespace dq::flow {

namespace {

constexpr double mostBits = 8.5;

std::vector<Bytes> budgetsOf(const allocate::Problem& problem, int count) {
    const double least = problem.bitsPerWeight(problem.smallest());
    const double most = std::min(mostBits, problem.bitsPerWeight(problem.largest()));
    std::vector<Bytes> budgets;
    for (int i = 0; i < count; ++i) {
        const double bits = least * std::pow(most / least, static_cast<double>(i) / (count - 1));
        budgets.push_back(std::max(problem.smallest(), problem.budgetFor(bits)));
    }
    return budgets;
}

/// A rule's picks as a choice among the problem's formats.
allocate::Choice choiceOf(const allocate::Problem& problem, const allocate::compare::Picks& picks) {
    allocate::Choice choice{.formats = std::vector<int>(problem.matrices)};
    for (std::size_t c = 0; c < picks.size(); ++c)
        for (const int matrix : problem.classes[c].matrices)
            choice.formats[static_cast<std::size_t>(matrix)] = problem.classes[c].options[picks[c]].format;
    choice.bytes = allocate::compare::bytesOf(problem, picks);
    choice.loss = allocate::compare::lossOf(problem, picks);
    return choice;
}

/// Learned from the documents behind those that judge.
RefineRequest refining(const ContestRequest& request, const MeasuredPoint& optimum) {
    RefineRequest refine{.model = request.model,
                         .recipe = optimum.recipe,
                         .recipeName = "the optimum at " + showNumber(optimum.recipe.bitsPerWeight) + " bits per weight",
                         .text = request.text,
                         .samples = request.samples,
                         .check = 1,
                         .cache = request.cache,
                         .palette = request.palette,
                         .pairs = 0};
    refine.samples.skip += *request.samples.limit;
    refine.samples.limit = request.refine;
    return refine;
}

Contestant refined(const ContestRequest& request, const Contestant& optimum, evaluate::Evaluator& evaluator, const Progress& progress) {
    Contestant result{"refined", "the optimum, formats swapped where the KL of other documents falls", optimum.points};
    for (MeasuredPoint& point : result.points) {
        point.name = "refined";
        point.recipe = refine(refining(request, point), evaluator, progress).after;
    }
    return result;
}

}  // namespace

std::vector<Contestant> contest(const ContestRequest& request, evaluate::Evaluator& evaluator, const Progress& progress) {
    if (request.budgets < 2) throw Error(Kind::Input, std::to_string(request.budgets) + " budgets are no contest; give at least 2");
    if (request.refine > 0 && !request.samples.limit)
        throw Error(Kind::Input, "refining learns from the documents behind those that judge: say with --limit how many judge");
    const Judge judge(request.model, request.text, request.samples, request.cache, evaluator, progress);
    const auto front = frontOf(judge.table(), request.palette, request.metric);
    const allocate::Problem& problem = front->problem();
    const std::vector<Bytes> budgets = budgetsOf(problem, request.budgets);

    std::vector<Contestant> contestants{{"optimum", "bound and exact finish", {}}};
    for (const Bytes budget : budgets)
        contestants.front().points.push_back(judge.pointOf(problem, front->exact(budget), "optimum", request.metric));
    if (request.refine > 0) contestants.push_back(refined(request, contestants.front(), evaluator, progress));
    for (const allocate::compare::Peer& peer : allocate::compare::peers()) {
        contestants.push_back({std::string(peer.name), std::string(peer.source), {}});
        for (const Bytes budget : budgets)
            contestants.back().points.push_back(
                judge.pointOf(problem, choiceOf(problem, peer.choose(problem, budget)), std::string(peer.name), request.metric));
    }
    for (Contestant& one : contestants) judge.measure(one.points);
    return contestants;
}

}  // namespace dq::flow

#include "core/flow/answering.hpp"

#include <utility>

#include "core/flow/evaluating.hpp"
#include "core/model/finite.hpp"
#include "core/text/tokenizer.hpp"

namespace dq::flow {

namespace {

AnswerResult judged(std::span<const evaluate::Question> questions, const evaluate::Trials& trials, const evaluate::Scores& scores) {
    const evaluate::Answers now = evaluate::answersOf(questions, trials, scores, evaluate::Whose::Evaluated);
    const evaluate::Answers before = evaluate::answersOf(questions, trials, scores, evaluate::Whose::Original);
    AnswerResult result;
    result.questions = questions.size();
    result.accuracy = evaluate::accuracyOf(now.right);
    result.accuracyNormalized = evaluate::accuracyOf(now.rightNormalized);
    result.original = evaluate::accuracyOf(before.right);
    result.originalNormalized = evaluate::accuracyOf(before.rightNormalized);
    result.against = evaluate::paired(before.right, now.right);
    result.againstNormalized = evaluate::paired(before.rightNormalized, now.rightNormalized);
    return result;
}

}  // namespace

std::vector<AnswerResult> answer(const AnswerRequest& request, evaluate::Evaluator& evaluator, const Progress& progress) {
    const auto model = model::Model::open(request.model);
    model->requireRunnable();
    const std::vector<evaluate::Question> questions = evaluate::readQuestions(request.questions, request.limit);
    const std::vector<model::NotFinite> damaged = model::notFinite(*model);
    std::vector<recipe::Recipe> recipes;
    for (const std::filesystem::path& file : request.recipes) {
        recipes.push_back(recipe::read(file));
        requireRunnable(recipes.back(), *model, damaged);
    }
    const auto tokenizer = text::Tokenizer::of(model->checkpoint());
    const evaluate::Trials trials = evaluate::trialsOf(questions, *tokenizer, model->architecture().vocabulary, request.window);

    std::vector<AnswerResult> results;
    for (const evaluate::Scores& scores : scoresOf(*model, trials.samples, recipes, request.cache, evaluator, progress)) {
        AnswerResult result = judged(questions, trials, scores);
        if (!recipes.empty()) result.recipe = request.recipes[results.size()];
        results.push_back(std::move(result));
    }
    return results;
}

}  // namespace dq::flow

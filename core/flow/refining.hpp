#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/allocate/problem.hpp"
#include "core/evaluate/evaluation.hpp"
#include "core/recipe/recipe.hpp"
#include "core/text/samples.hpp"

namespace dq::flow {

struct RefineRequest {
    std::filesystem::path model;
    recipe::Recipe recipe;
    std::string recipeName;  // what complaints call it
    std::filesystem::path text;
    text::SampleOptions samples;  // its limit: the documents that are learned from
    std::int64_t check = 40;      // the documents after those, which only judge
    std::filesystem::path cache;
    std::string palette = "all";
    allocate::Grouping grouping = allocate::Grouping::Free;
    int rounds = 4;
    int pairs = 12;  // of changes, made together to see how far they add up
};

struct Refinement {
    /// Two changes made together against the sum of each alone; nats per token.
    struct Pair {
        std::string first, second;  // "layers.3.down to int4-g32"
        double apart = 0, together = 0;
    };
    struct Round {
        std::size_t tried = 0;    // changes of one class, each measured from where the recipe stood
        std::size_t changed = 0;  // classes in the best set of changes
        double before = 0, after = 0;  // measured KL on what is learned from
        bool kept = false;
    };
    recipe::Recipe before, after;  // equal where nothing better was found
    std::vector<Round> rounds;
    std::vector<Pair> pairs;
    std::int64_t learnedDocuments = 0;
    evaluate::Evaluation checkedBefore, checkedAfter;  // on text that was not learned from
    evaluate::Interval ratio;                          // of their KL, paired
};

/// Walks downhill from a recipe by the model's own answers: every class's neighbours in size are measured from where the recipe
/// stands, the best set of changes that fits the same bytes is looked for as if they added up, with a charge for what may be
/// noise, and kept where the measured KL of all of them together is less by more than its standard error. What it is worth is said by
/// documents it has not seen. Throws Error(Input) for a recipe of another model or with formats beyond table and palette.
Refinement refine(const RefineRequest& request, evaluate::Evaluator& evaluator, const Progress& progress);

}  // namespace dq::flow

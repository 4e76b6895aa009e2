#include "core/flow/refining.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "core/allocate/front.hpp"
#include "core/base/error.hpp"
#include "core/flow/evaluating.hpp"
#include "core/flow/measuring.hpp"
#include "core/flow/neighbours.hpp"
#include "core/quality/loss_table.hpp"

namespace dq::flow {

namespace {

using evaluate::Scores;

/// How many standard errors a change is charged, from trusting every number to trusting few.
constexpr double charges[] = {0, 1, 2, 4};

double klOf(const Scores& scores) {
    double kl = 0, tokens = 0;
    for (const evaluate::SequenceScore& one : scores) kl += one.kl, tokens += static_cast<double>(one.tokens);
    return kl / tokens;
}

/// A change of the mean KL and its standard error, over the same sequences.
struct Difference {
    double mean = 0, error = 0;
};

Difference differenceOf(const Scores& before, const Scores& now) {
    double sum = 0, tokens = 0, squares = 0;
    for (std::size_t i = 0; i < now.size(); ++i) sum += now[i].kl - before[i].kl, tokens += static_cast<double>(now[i].tokens);
    const double mean = sum / tokens;
    for (std::size_t i = 0; i < now.size(); ++i)
        squares += std::pow(now[i].kl - before[i].kl - mean * static_cast<double>(now[i].tokens), 2);
    return {mean, std::sqrt(squares) / tokens};
}

text::Samples part(const text::Samples& all, std::size_t first, std::size_t count) {
    text::Samples some = all;
    const auto from = all.sequences.begin() + static_cast<std::ptrdiff_t>(first);
    some.sequences.assign(from, from + static_cast<std::ptrdiff_t>(count));
    some.fingerprint += (first > 0 ? "-after-" + std::to_string(first) : "-first") + "-" + std::to_string(count);
    return some;
}

class Refiner {
public:
    Refiner(const RefineRequest& request, evaluate::Evaluator& evaluator, const Progress& progress)
        : request_(request), evaluator_(evaluator), progress_(progress), model_(model::Model::open(request.model)) {
        model_->requireRunnable();
        damaged_ = model::notFinite(*model_);
        table_ = newestTable(*model_, request.cache);
        const quality::LossTable losses = quality::lossTable(*table_, quality::Metric::FisherDiagonal);
        problem_ = allocate::problemOf(*table_, losses, format::palette(request.palette), request.grouping);
        readTexts();
    }

    Refinement run() {
        result_.before = request_.recipe;
        requireRunnable(result_.before, *model_, damaged_);
        standing_ = optionsOf(result_.before);
        budget_ = bytesOf(standing_);
        result_.learnedDocuments = std::ssize(learned_.sequences);
        for (int round = 0; round < request_.rounds; ++round)
            if (!goOn(round == 0)) break;
        result_.after = result_.rounds.empty() || !result_.rounds.front().kept ? result_.before : recipeOf(standing_);
        judge();
        return std::move(result_);
    }

private:
    using Options = std::vector<std::size_t>;  // of every class

    struct Change {
        Step step;
        Scores scores = {};
        Difference difference = {};
    };

    void readTexts() {
        const std::int64_t learn = request_.samples.limit.value_or(40);
        text::SampleOptions options = request_.samples;
        options.limit = learn + request_.check;
        const text::Samples all = readSamples(*model_, request_.text, options);
        if (std::ssize(all.sequences) <= learn)
            throw Error(Kind::Input, request_.text.string() + ": " + std::to_string(all.sequences.size()) + " documents, of which " +
                                         std::to_string(learn) + " are learned from: none is left to judge by");
        learned_ = part(all, 0, static_cast<std::size_t>(learn));
        checked_ = part(all, static_cast<std::size_t>(learn), all.sequences.size() - static_cast<std::size_t>(learn));
    }

    std::size_t optionOf(const allocate::Class& one, const recipe::Recipe& recipe) const {
        const std::string& format = recipe.entries[static_cast<std::size_t>(one.matrices.front())].format;
        for (const int matrix : one.matrices)
            if (recipe.entries[static_cast<std::size_t>(matrix)].format != format)
                throw Error(Kind::Input, request_.recipeName + ": " + one.name + " shares a format under --group " +
                                             std::string(allocate::groupingName(request_.grouping)) + ", the recipe has several there");
        const auto found = std::ranges::find_if(
            one.options, [&](const auto& option) { return problem_.formats[static_cast<std::size_t>(option.format)] == format; });
        if (found != one.options.end()) return static_cast<std::size_t>(found - one.options.begin());
        throw Error(Kind::Input, request_.recipeName + ": " + one.name + " is " + format +
                                     ", which is not among the formats that were measured and that palette " + request_.palette + " holds");
    }

    Options optionsOf(const recipe::Recipe& recipe) const {
        Options options;
        for (const allocate::Class& one : problem_.classes) options.push_back(optionOf(one, recipe));
        return options;
    }

    Bytes bytesOf(const Options& options) const {
        Bytes bytes = problem_.passthrough;
        for (std::size_t c = 0; c < options.size(); ++c) bytes += problem_.classes[c].options[options[c]].bytes;
        return bytes;
    }

    recipe::Recipe recipeOf(const Options& options) const {
        allocate::Choice choice{.formats = std::vector<int>(problem_.matrices), .bytes = bytesOf(options)};
        for (std::size_t c = 0; c < options.size(); ++c) {
            const allocate::Option& option = problem_.classes[c].options[options[c]];
            choice.loss += option.loss;
            for (const int matrix : problem_.classes[c].matrices) choice.formats[static_cast<std::size_t>(matrix)] = option.format;
        }
        choice.bound = std::min(choice.loss, allocate::Front::of(std::make_shared<const allocate::Problem>(problem_))->boundAt(choice.bytes));
        return recipe::recipeOf(*table_, problem_, choice, quality::metricName(quality::Metric::FisherDiagonal));
    }

    std::vector<Scores> scoresOf(std::span<const Options> all, const text::Samples& samples) const {
        std::vector<recipe::Recipe> recipes;
        for (const Options& options : all) recipes.push_back(recipeOf(options));
        return flow::scoresOf(*model_, samples, recipes, request_.cache, evaluator_, progress_);
    }

    Options with(std::span<const Step> steps) const {
        Options options = standing_;
        for (const Step& step : steps) options[step.classIndex] = step.option;
        return options;
    }

    std::vector<Change> changes() const {
        std::vector<Change> all;
        for (std::size_t c = 0; c < standing_.size(); ++c)
            for (const std::size_t option : neighboursOf(problem_.classes[c].options, standing_[c])) all.push_back({{c, option}});
        return all;
    }

    /// Every change from where the recipe stands; also what the recipe itself does.
    Scores measure(std::vector<Change>& changes) const {
        std::vector<Options> all{standing_};
        for (const Change& change : changes) all.push_back(with(std::span(&change.step, 1)));
        std::vector<Scores> scores = scoresOf(all, learned_);
        for (std::size_t i = 0; i < changes.size(); ++i) changes[i].difference = differenceOf(scores.front(), scores[i + 1]);
        return std::move(scores.front());
    }

    /// The best set of changes within the bytes if they add up, each charged so many standard errors.
    Options bestOf(std::span<const Change> changes, double charge) const {
        auto local = std::make_shared<allocate::Problem>(problem_);
        for (std::size_t c = 0; c < standing_.size(); ++c) {
            const allocate::Option stays = problem_.classes[c].options[standing_[c]];
            local->classes[c].options = {{stays.bytes, 0, static_cast<int>(standing_[c])}};
        }
        for (const Change& change : changes) {
            const auto [c, option] = change.step;
            local->classes[c].options.push_back({problem_.classes[c].options[option].bytes,
                                                 change.difference.mean + charge * change.difference.error, static_cast<int>(option)});
        }
        for (allocate::Class& one : local->classes) {
            const double least = std::ranges::min(one.options, {}, &allocate::Option::loss).loss;
            for (allocate::Option& option : one.options) option.loss -= least;
            std::ranges::sort(one.options, {}, &allocate::Option::bytes);
        }
        const allocate::Choice choice = allocate::Front::of(local)->exact(budget_);
        Options options;
        for (const allocate::Class& one : local->classes)
            options.push_back(static_cast<std::size_t>(choice.formats[static_cast<std::size_t>(one.matrices.front())]));
        return options;
    }

    std::vector<Options> candidates(std::span<const Change> changes) const {
        std::vector<Options> all;
        for (const double charge : charges) {
            Options options = bestOf(changes, charge);
            if (options != standing_ && std::ranges::find(all, options) == all.end()) all.push_back(std::move(options));
        }
        return all;
    }

    /// Seeded, so that the same run measures the same pairs.
    std::vector<std::pair<std::size_t, std::size_t>> pairsOf(std::span<const Change> changes) const {
        std::vector<std::pair<std::size_t, std::size_t>> pairs;
        std::mt19937 random(1);
        for (int tries = 0; std::ssize(pairs) < request_.pairs && tries < 100 * request_.pairs && changes.size() > 1; ++tries) {
            const std::size_t a = random() % changes.size(), b = random() % changes.size();
            if (changes[a].step.classIndex < changes[b].step.classIndex && std::ranges::find(pairs, std::pair{a, b}) == pairs.end())
                pairs.emplace_back(a, b);
        }
        return pairs;
    }

    std::string nameOf(const Step& step) const {
        const allocate::Class& one = problem_.classes[step.classIndex];
        return one.name + " to " + problem_.formats[static_cast<std::size_t>(one.options[step.option].format)];
    }

    /// One round; whether it found something better.
    bool goOn(bool first) {
        std::vector<Change> all = changes();
        const Scores base = measure(all);
        Refinement::Round round{.tried = all.size(), .changed = 0, .before = klOf(base), .after = klOf(base)};
        std::vector<Options> wanted = candidates(all);
        const std::size_t sets = wanted.size();
        const auto pairs = first ? pairsOf(all) : std::vector<std::pair<std::size_t, std::size_t>>();
        for (const auto& [a, b] : pairs) wanted.push_back(with(std::vector{all[a].step, all[b].step}));
        const std::vector<Scores> scores = wanted.empty() ? std::vector<Scores>() : scoresOf(wanted, learned_);
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const Change &a = all[pairs[i].first], &b = all[pairs[i].second];
            result_.pairs.push_back({nameOf(a.step), nameOf(b.step), a.difference.mean + b.difference.mean,
                                     differenceOf(base, scores[sets + i]).mean});
        }
        std::size_t best = sets;
        for (std::size_t i = 0; i < sets; ++i) {
            const Difference difference = differenceOf(base, scores[i]);
            if (difference.mean < -difference.error && klOf(scores[i]) < round.after) best = i, round.after = klOf(scores[i]);
        }
        round.kept = best < sets;
        if (round.kept) {
            for (std::size_t c = 0; c < standing_.size(); ++c) round.changed += standing_[c] != wanted[best][c];
            standing_ = wanted[best];
        }
        result_.rounds.push_back(round);
        return round.kept;
    }

    void judge() {
        const recipe::Recipe both[] = {result_.before, result_.after};
        const std::vector<Scores> scores = flow::scoresOf(*model_, checked_, both, request_.cache, evaluator_, progress_);
        result_.checkedBefore = evaluate::evaluationOf(scores[0], true);
        result_.checkedAfter = evaluate::evaluationOf(scores[1], true);
        result_.ratio = evaluate::klRatio(scores[0], scores[1]);
    }

    const RefineRequest& request_;
    evaluate::Evaluator& evaluator_;
    const Progress& progress_;
    std::shared_ptr<const model::Model> model_;
    std::vector<model::NotFinite> damaged_;
    std::shared_ptr<const measure::Measurements> table_;
    allocate::Problem problem_;
    text::Samples learned_, checked_;
    Options standing_;
    Bytes budget_ = 0;
    Refinement result_;
};

}  // namespace

Refinement refine(const RefineRequest& request, evaluate::Evaluator& evaluator, const Progress& progress) {
    return Refiner(request, evaluator, progress).run();
}

}  // namespace dq::flow

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/allocate/card.hpp"
#include "core/allocate/constraint.hpp"
#include "core/allocate/front.hpp"
#include "core/allocate/roofline.hpp"
#include "core/model/model.hpp"
#include "core/quality/correction.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::flow {

/// The ways to ask for a point of the front.
struct BySize {
    Bytes bytes = 0;
};
struct ByBits {
    double bitsPerWeight = 0;
};
struct ByLoss {
    double loss = 0;
};
struct ByKnee {};
struct ByLargest {};  // no limit of bytes
struct ByFormat {
    std::string format;
};
/// What a card leaves beside its cache of keys and values.
struct ByCard {
    allocate::Card card;
    allocate::KvCache cache;
};
using Ask = std::variant<BySize, ByBits, ByLoss, ByKnee, ByLargest, ByFormat, ByCard>;

/// What a model caches for a position and keeps for a sequence; context, batch and width are left to the asker.
/// Sliding blocks keep their window, linear attention its states in 4 bytes a number.
allocate::KvCache cacheOf(const model::Architecture& architecture);

/// How fast a model is to answer on a memory: of its cache a token reads what the positions of every sequence keep; of the experts a token
/// is sent to some, several sequences together to more. Throws Error(Input) where a figure is out of range.
allocate::Pace paceOf(const model::Architecture& architecture, const allocate::KvCache& cache, double bytesPerSecond,
                      double tokensPerSecond);

/// Who shares a format, what a person insists on, and what measurements have taught about the prediction.
struct View {
    allocate::Grouping grouping = allocate::Grouping::Free;
    std::vector<allocate::Constraint> constraints = {};
    std::optional<quality::Correction> correction = {};
    std::optional<allocate::Pace> pace = {};  // a limit of time beside the one of bytes

    bool isFree() const { return grouping == allocate::Grouping::Free && constraints.empty(); }
};

/// The front of a table under a metric, for a palette's formats.
std::shared_ptr<const allocate::Front> frontOf(const measure::Measurements& table, const std::string& palette,
                                               quality::Metric metric,
                                               allocate::Grouping grouping = allocate::Grouping::Free);
std::shared_ptr<const allocate::Front> frontOf(const measure::Measurements& table, const std::string& palette,
                                               quality::Metric metric, const View& view);

/// The choice an ask means, at its optimum. Throws Error(Input) with the feasible range where no point answers it.
allocate::Choice choose(const allocate::Front& front, const Ask& ask);

/// The same where a token may take so long at most; the knee is that of bytes alone. Throws Error(Input) for asks that name no size.
allocate::TimedChoice choose(const allocate::Front& front, const Ask& ask, const allocate::Traffic& traffic, double secondsPerToken);

/// How long a token of a recipe takes.
double secondsOf(const recipe::Recipe& recipe, const measure::Measurements& table, const allocate::Pace& pace);

/// Front, choice and recipe in one step. With a correction the recipe promises what it expects, bend included.
recipe::Recipe allocate(const measure::Measurements& table, const std::string& palette, quality::Metric metric,
                        const Ask& ask, const View& view = {});

}  // namespace dq::flow

#pragma once

#include <memory>
#include <string>
#include <variant>

#include "core/allocate/front.hpp"
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
struct ByFormat {
    std::string format;
};
using Ask = std::variant<BySize, ByBits, ByLoss, ByKnee, ByFormat>;

/// The front of a table under a metric, for a palette's formats.
std::shared_ptr<const allocate::Front> frontOf(const measure::Measurements& table, const std::string& palette,
                                               quality::Metric metric,
                                               allocate::Grouping grouping = allocate::Grouping::Free);

/// The choice an ask means. Throws Error(Input) with the feasible range where no point answers it.
allocate::Choice choose(const allocate::Front& front, const Ask& ask);

/// Front, choice and recipe in one step.
recipe::Recipe allocate(const measure::Measurements& table, const std::string& palette, quality::Metric metric,
                        const Ask& ask);

}  // namespace dq::flow

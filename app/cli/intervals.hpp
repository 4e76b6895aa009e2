#pragma once

#include "core/evaluate/evaluation.hpp"
#include "core/json/json.hpp"

namespace dq::cli {

/// {"mean", "low", "high"}: spelled alike by every command.
inline json::Json intervalJson(const evaluate::Interval& interval) {
    return {{"mean", interval.mean}, {"low", interval.low}, {"high", interval.high}};
}

}  // namespace dq::cli

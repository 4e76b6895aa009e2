#pragma once

#include <memory>
#include <string>

#include "core/evaluate/evaluator.hpp"
#include "core/measure/fisher_pass.hpp"

/// The only header of this folder that others include; it names no torch type.
namespace dq::torch_worker {

std::unique_ptr<measure::FisherPass> makeFisherPass();
std::unique_ptr<evaluate::Evaluator> makeEvaluator();

/// Sets torch's thread count to threadCount() and reports what runs: "libtorch 1.13.1, 2 threads, AVX-512".
std::string prepare();

}  // namespace dq::torch_worker

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/allocate/costs.hpp"
#include "core/base/progress.hpp"
#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::flow {

/// A matrix that a token is multiplied with.
struct DecodeProduct {
    std::int64_t rows = 0, cols = 0;
    std::string format;

    std::int64_t weights() const { return rows * cols; }
};
/// Matrices that meet one input: q, k and v; gate and up.
using DecodeLaunch = std::vector<DecodeProduct>;

/// What one token is multiplied with, in the model's order: of a mixture as many experts of each block as a token is sent to; of the
/// embedding nothing unless it is the head.
std::vector<DecodeLaunch> launchesOf(const model::Model& model);  // as it is, in bfloat16
std::vector<DecodeLaunch> launchesOf(const model::Model& model, const recipe::Recipe& recipe);
/// Of a shape that is known by name, all in one format. Throws Error(Input) listing the names.
std::vector<DecodeLaunch> launchesOf(std::string_view shape, const std::string& format);
std::vector<std::string> shapeNames();

struct DecodeOptions {
    std::int64_t batch = 1;
    int rounds = 7;
    Bytes memory = 2_GiB;          // for weights at most, packed and in bfloat16 together
    Bytes formatMemory = 128_MiB;  // that a format is measured with by itself: more than caches hold
};

struct Times {
    double least = 0, median = 0, most = 0;
};

struct FormatSpeed {
    std::string format;
    double bitsPerWeight = 0, bytesPerSecond = 0;
    Times ofRead;  // its rate over that of reading memory in the same round
};

struct DecodeReport {
    allocate::Costs costs;
    std::vector<FormatSpeed> formats;
    std::vector<std::string> unknown;     // formats that no product reads
    std::size_t launches = 0, launchesRun = 0;
    Bytes bytes = 0, plainBytes = 0;      // of those that ran, packed and in bfloat16
    Times seconds, plainSeconds, ratio;   // of a pass over those that ran; the ratio is bfloat16's over packed, by rounds
    double foretold = 0;                  // what the costs say of it
};

/// Runs products on this processor: every format of the launches by itself, and as many launches as memory holds, by turns with the same in
/// bfloat16 and with reading memory. Weights are random numbers; the time does not depend on them. Throws Error(Input) where a figure is out of
/// range or nothing can be run.
DecodeReport benchDecode(std::span<const DecodeLaunch> launches, const DecodeOptions& options, const Progress& progress);

}  // namespace dq::flow

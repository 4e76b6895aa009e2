#pragma once

#include <cstdint>
#include <filesystem>

namespace dq::demo {

struct TrainOptions {
    std::filesystem::path folder;
    std::int64_t steps = 1000;  // of 2048 tokens; no story is seen twice
    std::int64_t saveEvery = 200;
    std::uint64_t seed = 1;
    int threads = 1;
};

/// Trains from the beginning, saving on the way; at the end prints the held-out perplexities: of the model,
/// of the model rounded to few bits, of a trigram model of the same training stories.
void train(const TrainOptions& options);

/// Prints those perplexities for a trained checkpoint.
void score(const TrainOptions& options);

}  // namespace dq::demo

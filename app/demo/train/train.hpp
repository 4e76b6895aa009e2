#pragma once

#include <cstdint>
#include <filesystem>

namespace dq::demo {

struct TrainOptions {
    std::filesystem::path folder;
    std::int64_t steps = 1400;
    std::int64_t saveEvery = 200;
    std::uint64_t seed = 1;
    int threads = 1;
};

/// Trains from the beginning, saving on the way, and prints what report() prints at the end.
void train(const TrainOptions& options);

}  // namespace dq::demo

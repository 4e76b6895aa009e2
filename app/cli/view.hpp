#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "core/flow/allocating.hpp"
#include "core/model/model.hpp"

namespace dq::cli {

/// Who shares a format and what a person insists on, spelled alike for front and allocate.
struct ViewOptions {
    std::string grouping = "free";
    std::vector<std::string> constraints;
    std::string correction;

    void addTo(CLI::App& command);
    flow::View view() const;  // throws Error(Input) for a text that makes no sense, Error for a file that does not
};

/// A card and what runs on it beside the weights.
struct CardOptions {
    std::optional<double> gib;
    std::string overhead = "1GiB";
    std::int64_t context = 8192, batch = 1;
    double cacheBits = 16;

    CLI::Option* addTo(CLI::App& group, CLI::App& command);
    flow::ByCard ask(const model::Architecture& architecture) const;
    allocate::KvCache cache(const model::Architecture& architecture) const;
};

/// How fast a token is to come, where reading weights and cache is what takes the time.
struct SpeedOptions {
    std::optional<double> tokensPerSecond, bandwidth;  // the second in GB/s
    std::string costs;                                 // what bench-decode saved

    void addTo(CLI::App& command);
    /// Absent: no memory was named, nor measured. Without a wish, one that any choice grants.
    std::optional<allocate::Pace> pace(const model::Model& model, const CardOptions& card) const;
};

}  // namespace dq::cli

#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace dq::allocate {

/// What products with packed weights take on a machine, as `bench-decode` measured it: a matrix of so many bytes takes
/// bytes / (bytesPerSecond * efficiency), and each launch a little more, however small.
struct Costs {
    std::string device, tool;      // where the figures come from
    double bytesPerSecond = 0;     // what the memory reads
    double launchSeconds = 0;      // of a token's products of one input, beyond their bytes
    std::map<std::string, double> efficiency;  // per format: of that rate, what its products reach

    /// Of formats that were not measured the least that was: no choice is drawn to them because nobody timed them. Without any, 1.
    double of(const std::string& format) const;
    bool operator==(const Costs&) const = default;
};

std::string toJson(const Costs& costs);
/// Throws Error naming source and field, Error(Unsupported) for a newer schema.
Costs costsFromJson(std::string_view text, std::string_view source);
Costs readCosts(const std::filesystem::path& file);

}  // namespace dq::allocate

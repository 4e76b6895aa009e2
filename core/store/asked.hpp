#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/measure/measurements.hpp"

namespace dq::store {

/// What a measurement in progress was asked, kept beside its units so that somebody else can go on with it.
struct Asked {
    std::string model;                  // Key::model
    std::string key;                    // Key::hex()
    std::string tool;                   // Key::tool, and with other quantizers no unit would be found again
    std::int64_t quantizers = 0;
    std::filesystem::path calibration;  // absolute; empty: the model is not run
    std::vector<std::string> options;   // of `dynaquant-cli measure`, beside model, --calibration and --cache
    std::int64_t units = 0;             // of which the measurement consists

    bool operator==(const Asked&) const = default;
};
Asked askedOf(const measure::Key& key, std::filesystem::path calibration, std::vector<std::string> options, std::int64_t units);

std::string toJson(const Asked& asked);
/// Throws Error(Corrupt) naming source and field, also for options that do more than to ask how to measure.
Asked askedFromJson(std::string_view text, const std::string& source);

/// A measurement that ended before its table was whole.
struct Unfinished {
    Asked asked;
    std::int64_t kept = 0;  // units, at least one
};

}  // namespace dq::store

#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace dq::store {

/// The sensitivities of a measurement's matrices (kernels/sensitivity.hpp), a byte a weight, in a folder of their own: a file a
/// matrix, as kept_file.hpp says.
class Sensitivities {
public:
    Sensitivities(std::filesystem::path folder, std::string key);

    void keep(const std::string& matrix, std::int64_t rows, std::int64_t cols, std::span<const std::uint8_t> codes) const;

    bool has(const std::string& matrix) const;  // a file of that name, unread

    /// As measure::SensitivityReader says.
    std::vector<std::uint8_t> read(const std::string& matrix, std::int64_t rows, std::int64_t cols) const;

private:
    std::filesystem::path fileOf(const std::string& matrix) const;

    std::filesystem::path folder_;
    std::string key_;
};

}  // namespace dq::store

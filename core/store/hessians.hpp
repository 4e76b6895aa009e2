#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "core/measure/inputs.hpp"

namespace dq::store {

/// The Hessians of a measurement in a folder of their own, a file a matrix, as kept_file.hpp says: the lower triangle as floats,
/// or the name of the matrix that reads the same input.
class Hessians {
public:
    Hessians(std::filesystem::path folder, std::string key);

    void keep(const std::string& matrix, const std::string& input, std::int64_t cols, std::span<const float> hessian) const;

    bool has(const std::string& matrix) const;  // a file of that name, unread

    /// As measure::HessianReader says.
    measure::Hessian read(const std::string& matrix, const std::function<bool(const std::string& input)>& known) const;

private:
    std::filesystem::path fileOf(const std::string& matrix) const;

    std::filesystem::path folder_;
    std::string key_;
};

}  // namespace dq::store

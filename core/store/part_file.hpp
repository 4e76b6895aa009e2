#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/measure/measurements.hpp"

/// One finished unit of a measurement in progress (layout: README.md). Private to core/store.
namespace dq::store {

struct Part {
    std::string key;   // Key::hex()
    std::string unit;  // FisherUnit::name
    double loss = 0;
    std::int64_t boundary = 0;  // floats in the boundary file; 0: no file
    std::vector<measure::MatrixRow> rows;
};

std::string partBytes(const Part& part);
/// Throws Error(Corrupt): another kind of file, another schema, a checksum that does not match.
Part partOf(std::string_view bytes, std::string_view source);

/// The boundary gradient as bytes of a file: floats, then their checksum.
void writeBoundary(const std::filesystem::path& file, std::span<const float> values);
bool boundaryIsWhole(const std::filesystem::path& file, std::int64_t count);
std::vector<float> readBoundary(const std::filesystem::path& file,
                                std::int64_t count);  // throws Error(Corrupt)

}  // namespace dq::store

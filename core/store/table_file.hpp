#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/measure/measurements.hpp"

/// The HDF5 file of a finished table (layout: README.md). Private to core/store.
namespace dq::store {

/// What is read; tables without peers and importance are written as schema 1, which older programs read too.
inline constexpr std::int64_t tableSchema = 2;

/// The file as bytes; equal tables give equal bytes. Throws Error(Unsupported) for names a table cannot hold.
std::vector<std::byte> tableBytes(const measure::Measurements& table);
measure::Measurements readTable(const std::filesystem::path& file, bool withMoments = true);
/// Only the attributes: which measurement this file holds. Same errors as readTable().
measure::Key readTableKey(const std::filesystem::path& file);
/// Key::model of a table of whatever schema; absent: it does not say.
std::optional<std::string> modelOfTable(const std::filesystem::path& file);

}  // namespace dq::store

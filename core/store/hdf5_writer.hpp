#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/hdf5_handle.hpp"
#include "core/store/hdf5_image.hpp"

namespace dq::store::hdf5 {

/// Builds one HDF5 file in memory: the library does not survive a full disk (it leaves the file half open and crashes at exit),
/// our own AtomicFile does. The bytes depend on nothing but what is put in: no times, fixed format version. Every dataset is
/// chunked, shuffled, compressed and checksummed, and names its unit.
class Writer {
public:
    Writer();

    void group(const char* name);
    void attribute(const char* name, std::string_view text);
    void attribute(const char* name, std::int64_t value);
    void attribute(const char* name, double value);

    /// `extents` multiply to the column's length.
    void column(const char* name, std::span<const std::int64_t> values, std::vector<hsize_t> extents,
                const char* unit);
    void column(const char* name, std::span<const std::int32_t> values, std::vector<hsize_t> extents,
                const char* unit);
    void column(const char* name, std::span<const double> values, std::vector<hsize_t> extents,
                const char* unit);
    void column(const char* name, std::span<const float> values, std::vector<hsize_t> extents,
                const char* unit);
    /// Fixed-length UTF-8 strings, padded with zero bytes.
    void strings(const char* name, std::span<const std::string> values, const char* unit);

    std::vector<std::byte> bytes();  // the whole file, which is closed by this

private:
    void dataset(const char* name, hid_t fileType, hid_t memoryType, const void* values,
                 std::size_t elementBytes, const std::vector<hsize_t>& extents, const char* unit);
    void attributeOn(hid_t object, const char* name, hid_t type, hid_t memoryType, const void* value);
    void textOn(hid_t object, const char* name, std::string_view text);

    Image image_;  // outlives the file
    Handle file_;
};

}  // namespace dq::store::hdf5

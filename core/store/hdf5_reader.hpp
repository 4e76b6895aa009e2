#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/store/hdf5_handle.hpp"

namespace dq::store::hdf5 {

/// Reads a file that anybody may have written. Every extent, type, chunk and filter is checked before memory
/// is asked for. Throws Error(Corrupt) naming the file and the dataset or attribute; Error(Io) where the file
/// cannot be opened at all.
class Reader {
public:
    explicit Reader(const std::filesystem::path& file);

    std::string text(const char* attribute) const;
    std::int64_t integer(const char* attribute) const;
    double number(const char* attribute) const;  // finite

    bool has(const std::string& dataset) const;
    bool hasAttribute(const char* name) const;
    std::vector<hsize_t> extents(const char* dataset) const;
    /// The values of a dataset that must have exactly these extents.
    std::vector<std::int64_t> integers(const char* dataset, const std::vector<hsize_t>& extents) const;
    std::vector<double> doubles(const char* dataset, const std::vector<hsize_t>& extents) const;  // finite
    std::vector<float> floats(const char* dataset, const std::vector<hsize_t>& extents) const;    // finite
    std::vector<std::string> strings(const char* dataset, hsize_t count) const;

    Error corrupt(const std::string& sentence) const;

private:
    Handle own(hid_t id, Handle::Close close, const char* name) const;
    Handle openDataset(const char* name) const;
    Handle openAttribute(const char* name) const;
    void requirePlainLinks(const std::string& name) const;
    void requireTame(hid_t dataset, const char* name, std::size_t elementBytes) const;
    template <class T>
    std::vector<T> column(const char* name, const std::vector<hsize_t>& wanted, H5T_class_t kind,
                          hid_t memoryType) const;
    template <class T>
    T scalar(const char* name, H5T_class_t kind, hid_t memoryType) const;

    std::string path_;
    hsize_t fileBytes_ = 0;
    Handle file_;
};

}  // namespace dq::store::hdf5

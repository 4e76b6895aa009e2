#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dq::text {

/// A NumPy array where it lies in memory: magic, version, a Python dictionary that describes it, then the elements.
struct NpyView {
    std::string type;                  // NumPy's word: "<i4"
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;  // of the elements, as many as type and shape say
};

/// Throws Error(Corrupt) naming `file`: no NumPy file, a header that ends early or does not parse, more or fewer bytes than the
/// shape takes; Error(Unsupported): column order, a type of Python objects, a format of the future.
NpyView readNpy(std::span<const std::byte> bytes, const std::string& file);

}  // namespace dq::text

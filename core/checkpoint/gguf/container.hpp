#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/mapped_file.hpp"
#include "core/base/units.hpp"

/// GGUF version 3: a header of keys and values, a list of tensors, then their bytes, each padded to 32. Little
/// endian. Layout: reference/peers-and-formats.md (c2), ggml's gguf.h.
namespace dq::checkpoint::gguf {

inline constexpr Bytes alignment = 32;  // where the file does not say otherwise (general.alignment), and what is written

/// A value of the header: the scalar types and arrays that models use.
using Value = std::variant<std::uint32_t, std::int32_t, float, bool, std::string, std::uint64_t,
                           std::vector<std::string>, std::vector<std::int32_t>, std::vector<float>, std::uint16_t>;
struct Entry {
    std::string key;
    Value value;
    bool operator==(const Entry&) const = default;
};

/// `extents` from the innermost: a matrix [rows, cols] is {cols, rows}.
struct TensorInfo {
    std::string name;
    std::vector<std::int64_t> extents;
    std::uint32_t type = 0;  // ggml's number
    Bytes bytes = 0;
    bool operator==(const TensorInfo&) const = default;
};

struct Header {
    std::vector<Entry> entries;
    std::vector<TensorInfo> tensors;
};

/// What so many bytes of a tensor take in the file, where the next one begins at the alignment.
Bytes padded(Bytes bytes);
/// Header, tensor list and padding up to the first tensor's byte; and of the whole file.
std::string headerBytes(const Header& header);
Bytes fileBytes(const Header& header);

/// A file read back, every number checked. Values of types that Value lacks are skipped.
struct Read {
    MappedFile file;
    Header header;
    std::vector<std::span<const std::byte>> data;  // per tensor

    const Value* find(std::string_view key) const;          // null: absent
    std::size_t indexOf(std::string_view tensor) const;     // throws Error(Corrupt)
};
/// Throws Error(Corrupt) naming file, tensor or key and the number. `sizeOf` gives the bytes of a tensor of a type;
/// negative for one it does not know.
Read read(const std::filesystem::path& path, Bytes (*sizeOf)(std::uint32_t type, std::span<const std::int64_t> extents));

}  // namespace dq::checkpoint::gguf

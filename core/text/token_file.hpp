#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/mapped_file.hpp"

namespace dq::text {

/// A file of ready token ids: NumPy's .npy or a .safetensors with one tensor; int32 or int64, one row or several. Mapped; an
/// id is read and checked when it is used.
class TokenFile {
public:
    /// `name`: the tensor, where a .safetensors has several. Throws Error naming the file: no integers, more than two axes, no id,
    /// several tensors and no name.
    static TokenFile open(const std::filesystem::path& path, const std::optional<std::string>& name);

    bool isStream() const { return stream_; }  // one axis: windows are cut from it; else each row is a sequence
    std::int64_t rows() const { return rows_; }
    std::int64_t columns() const { return columns_; }

    /// Ids [begin, end) of a row. Throws Error(Input) naming the place of an id outside [0, vocabulary).
    std::vector<std::int32_t> ids(std::int64_t row, std::int64_t begin, std::int64_t end, std::int64_t vocabulary) const;

private:
    std::int64_t at(std::int64_t index) const;
    void setShape(const std::vector<std::int64_t>& shape);

    MappedFile file_;
    std::string where_;  // for messages
    std::span<const std::byte> bytes_;
    std::size_t width_ = 4;  // bytes of an id
    bool stream_ = true;
    std::int64_t rows_ = 1, columns_ = 0;
};

}  // namespace dq::text

#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace dq {

/// A file mapped read-only for as long as this lives. Moves, never copies.
class MappedFile {
public:
    MappedFile() = default;
    explicit MappedFile(const std::filesystem::path& path);  // throws Error(Io) naming the path
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;

    std::span<const std::byte> bytes() const { return {data_, size_}; }

private:
    const std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

/// Hints about bytes of a mapped file, which change nothing but when the system reads them: it begins to now; where it is asked for one
/// page it reads that one alone; it reads ahead again as it likes.
void willNeed(std::span<const std::byte> bytes);
void readSparsely(std::span<const std::byte> bytes);
void readAhead(std::span<const std::byte> bytes);

/// The whole of a small text file. Throws Error(Io), or Error(Corrupt) where it is larger than `limit` bytes.
std::string readText(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 30);

}  // namespace dq

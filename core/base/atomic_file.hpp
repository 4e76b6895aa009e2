#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace dq {

/// A file written beside its final name, flushed to disk and renamed by commit(). Without commit() nothing
/// remains, and what stood under the final name is untouched. Throws Error(Io) naming the path and the cause.
class AtomicFile {
public:
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text);
    /// The file has this many bytes from now on, 0 where nothing was written: a disk that is too small says so now.
    void reserve(std::int64_t bytes);
    /// To their place in it, whatever write() wrote: from any thread.
    void writeAt(std::int64_t offset, std::span<const std::byte> bytes);
    /// Sends what was written there on its way to the disk.
    void startWriting(std::int64_t offset, std::int64_t size);
    /// Where the bytes are until commit(): for a library that wants to write the file itself.
    const std::filesystem::path& beside() const { return beside_; }
    void commit();

private:
    std::filesystem::path target_;
    std::filesystem::path beside_;
    int file_ = -1;
};

/// A directory filled beside its final name and renamed by commit(), every file flushed. Throws Error(Input) where
/// the target exists already and Error(Io) where its parent cannot be written. Without commit() nothing remains.
class AtomicDirectory {
public:
    explicit AtomicDirectory(std::filesystem::path target);
    ~AtomicDirectory();
    AtomicDirectory(const AtomicDirectory&) = delete;
    AtomicDirectory& operator=(const AtomicDirectory&) = delete;

    const std::filesystem::path& beside() const { return beside_; }
    void commit();

private:
    std::filesystem::path target_;
    std::filesystem::path beside_;
};

/// Writes a small file whole: beside, flushed, renamed.
void writeFile(const std::filesystem::path& target, std::string_view text);

}  // namespace dq

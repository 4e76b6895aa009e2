#include "core/base/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "core/base/error.hpp"

namespace dq {

MappedFile::MappedFile(const std::filesystem::path& path) {
    const auto refuse = [&path](const char* step) {
        return Error(Kind::Io, path.string() + ": cannot " + step + ": " + std::strerror(errno));
    };
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe answers at once
    if (file < 0) throw refuse("open");
    struct stat facts {};
    if (::fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        ::close(file);
        throw Error(Kind::Io, path.string() + ": is not a regular file");
    }
    size_ = static_cast<std::size_t>(facts.st_size);
    void* const mapping = size_ == 0 ? nullptr : ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    ::close(file);
    if (mapping == MAP_FAILED) throw refuse("map");
    data_ = static_cast<const std::byte*>(mapping);
}

MappedFile::~MappedFile() {
    if (data_) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

namespace {

/// To the pages in which the bytes lie. What is answered to a hint changes nothing.
void hint(std::span<const std::byte> bytes, int advice) {
    if (bytes.empty()) return;
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data()) / page * page;
    ::madvise(reinterpret_cast<void*>(begin), reinterpret_cast<std::uintptr_t>(bytes.data()) + bytes.size() - begin, advice);
}

}  // namespace

void willNeed(std::span<const std::byte> bytes) {
    hint(bytes, MADV_WILLNEED);
}

void readSparsely(std::span<const std::byte> bytes) {
    hint(bytes, MADV_RANDOM);
}

void readAhead(std::span<const std::byte> bytes) {
    hint(bytes, MADV_NORMAL);
}

std::string readText(const std::filesystem::path& path, std::size_t limit) {
    const MappedFile file(path);
    if (file.bytes().size() > limit)
        throw Error(Kind::Corrupt, path.string() + ": holds " + std::to_string(file.bytes().size()) +
                                       " bytes, more than the " + std::to_string(limit) +
                                       " such a file may hold");
    return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

}  // namespace dq

#include "core/base/file_bytes.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/error.hpp"

namespace dq {

namespace {

Error refusal(const std::filesystem::path& path, const char* step, int reason) {
    return {Kind::Io, path.string() + ": cannot " + step + ": " + std::strerror(reason)};
}

}  // namespace

void writeAt(int file, const std::filesystem::path& shownAs, std::int64_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::pwrite(file, bytes.data(), bytes.size(), offset);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw refusal(shownAs, "write", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        offset += count;
    }
}

void reserveBytes(int file, const std::filesystem::path& shownAs, std::int64_t size) {
    if (const int reason = ::posix_fallocate(file, 0, std::max<std::int64_t>(1, size))) throw refusal(shownAs, "reserve its space", reason);
}

void startWriting(int file, std::int64_t offset, std::int64_t size) {
#ifdef SYNC_FILE_RANGE_WRITE
    ::sync_file_range(file, offset, size, SYNC_FILE_RANGE_WRITE);  // a hint: what fails here fails in the flush
#endif
}

}  // namespace dq

#include "core/base/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/error.hpp"
#include "core/base/file_bytes.hpp"

namespace dq {

namespace {

namespace fs = std::filesystem;

Error refusal(const fs::path& path, const char* step) {
    return {Kind::Io, path.string() + ": cannot " + step + ": " + std::strerror(errno)};
}

fs::path besideOf(const fs::path& target) {
    return target.parent_path() / ("." + target.filename().string() + ".partial-" + std::to_string(::getpid()));
}

fs::path withoutTrailingSlash(fs::path path) {
    return path.has_filename() ? path : path.parent_path();
}

void flush(const fs::path& path, int flags) {
    const int file = ::open(path.c_str(), flags | O_CLOEXEC);
    if (file < 0) throw refusal(path, "open");
    const int failed = ::fsync(file);
    ::close(file);
    if (failed && errno != EINVAL) throw refusal(path, "flush");
}

void flushParent(const fs::path& path) {
    const fs::path parent = path.parent_path();
    flush(parent.empty() ? fs::path(".") : parent, O_RDONLY | O_DIRECTORY);
}

}  // namespace

AtomicFile::AtomicFile(fs::path target) : target_(std::move(target)), beside_(besideOf(target_)) {
    file_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file_ < 0) throw refusal(target_, "write");
}

AtomicFile::~AtomicFile() {
    if (file_ < 0) return;
    ::close(file_);
    ::unlink(beside_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(file_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw refusal(target_, "write");
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

void AtomicFile::write(std::string_view text) {
    write(std::as_bytes(std::span(text.data(), text.size())));
}

void AtomicFile::reserve(std::int64_t bytes) {
    reserveBytes(file_, target_, bytes);
}

void AtomicFile::writeAt(std::int64_t offset, std::span<const std::byte> bytes) {
    dq::writeAt(file_, target_, offset, bytes);
}

void AtomicFile::startWriting(std::int64_t offset, std::int64_t size) {
    dq::startWriting(file_, offset, size);
}

void AtomicFile::commit() {
    flush(beside_, O_RDONLY);  // a fresh descriptor: a library may have written the file by its name
    if (::rename(beside_.c_str(), target_.c_str()) != 0) throw refusal(target_, "rename into place");
    ::close(file_);
    file_ = -1;
    flushParent(target_);
}

AtomicDirectory::AtomicDirectory(fs::path target)
    : target_(withoutTrailingSlash(std::move(target))), beside_(besideOf(target_)) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(target_, ignored)))
        throw Error(Kind::Input, target_.string() + ": exists already; choose another folder or remove it first");
    fs::remove_all(beside_, ignored);
    std::error_code fault;
    if (!target_.parent_path().empty()) fs::create_directories(target_.parent_path(), fault);
    if (!fault) fs::create_directory(beside_, fault);
    if (fault) throw Error(Kind::Io, target_.string() + ": cannot create the folder: " + fault.message());
}

AtomicDirectory::~AtomicDirectory() {
    if (beside_.empty()) return;
    std::error_code ignored;
    fs::remove_all(beside_, ignored);
}

void AtomicDirectory::commit() {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(beside_))
        flush(entry.path(), entry.is_directory() ? O_RDONLY | O_DIRECTORY : O_RDONLY);
    flush(beside_, O_RDONLY | O_DIRECTORY);
    // RENAME_NOREPLACE is not on every file system; rename refuses a target folder that holds anything.
    if (::rename(beside_.c_str(), target_.c_str()) != 0) throw refusal(target_, "rename into place");
    beside_.clear();
    flushParent(target_);
}

void writeFile(const fs::path& target, std::string_view text) {
    AtomicFile file(target);
    file.write(text);
    file.commit();
}

}  // namespace dq

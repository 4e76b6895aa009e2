#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/error.hpp"
#include "core/store/notebook.hpp"

namespace dq::store {

namespace {

namespace fs = std::filesystem;

std::string holderOf(int file) {
    std::array<char, 32> text{};
    const ssize_t size = ::pread(file, text.data(), text.size() - 1, 0);
    return size > 0 ? "process " + std::string(text.data(), static_cast<std::size_t>(size))
                    : "another process";
}

/// The holder removes the folder when it is done: a lock on a file that is no longer there locks nothing.
bool isStill(int file, const fs::path& path) {
    struct stat opened {
    }, named{};
    return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder) {
    const fs::path path = folder / "lock";
    while (true) {
        std::error_code fault;
        fs::create_directories(folder, fault);
        if (fault) throw Error(Kind::Io, folder.string() + ": cannot create the folder: " + fault.message());
        file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file_ < 0 && errno == ENOENT) continue;  // removed in between
        if (file_ < 0) throw Error(Kind::Io, path.string() + ": cannot open: " + std::strerror(errno));
        if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
            const bool held = errno == EWOULDBLOCK;
            const std::string why =
                held ? holderOf(file_) + " is measuring this model with these options; wait for it or stop it"
                     : std::string("cannot lock: ") + std::strerror(errno);
            ::close(file_);
            throw Error(held ? Kind::Input : Kind::Io, path.string() + ": " + why);
        }
        if (isStill(file_, path)) break;
        ::close(file_);
    }
    const std::string self = std::to_string(::getpid());
    if (::ftruncate(file_, 0) != 0 || ::pwrite(file_, self.data(), self.size(), 0) < 0)
        return;  // only the sentence above suffers
}

FolderLock::~FolderLock() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace dq::store

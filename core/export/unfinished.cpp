#include "core/export/unfinished.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <vector>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/checkpoint/safetensors.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;

constexpr const char* identityName = ".export";

Error refusal(const fs::path& path, const char* step) {
    return {Kind::Io, path.string() + ": cannot " + step + ": " + std::strerror(errno)};
}

fs::path withoutTrailingSlash(fs::path path) {
    return path.has_filename() ? path : path.parent_path();
}

void flush(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) throw refusal(path, "open");
    const int failed = ::fsync(file);
    ::close(file);
    if (failed && errno != EINVAL) throw refusal(path, "flush");
}

void clear(const fs::path& folder) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) fs::remove_all(entry.path(), ignored);
}

/// The notes an earlier attempt left about its files.
bool hasNotes(const fs::path& folder) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".whole") return true;
    return false;
}

}  // namespace

Unfinished::Unfinished(fs::path target, const std::string& identity)
    : target_(withoutTrailingSlash(std::move(target))), beside_(target_.parent_path() / ("." + target_.filename().string() + ".unfinished")) {
    std::error_code fault;
    if (fs::exists(fs::symlink_status(target_, fault)))
        throw Error(Kind::Input, target_.string() + ": exists already; choose another folder or remove it first");
    fault.clear();
    if (!target_.parent_path().empty()) fs::create_directories(target_.parent_path(), fault);
    if (!fault) fs::create_directory(beside_, fault);
    if (fault) throw Error(Kind::Io, target_.string() + ": cannot create the folder: " + fault.message());
    lock_ = ::open(beside_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_ < 0) throw refusal(beside_, "open");
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock_);
        throw Error(Kind::Input, target_.string() + ": is being written by another process");
    }
    try {
        begin(identity);
    } catch (...) {
        ::close(lock_);
        throw;
    }
}

/// What is left of another export goes, and what is left of this one but is not whole.
void Unfinished::begin(const std::string& identity) {
    const fs::path note = beside_ / identityName;
    std::error_code fault;
    if (!fs::is_regular_file(note, fault) || readText(note) != identity) clear(beside_);
    std::set<std::string> whole;
    for (const fs::directory_entry& entry : fs::directory_iterator(beside_))
        if (entry.path().extension() == ".whole") whole.insert(entry.path().stem().string().substr(1));
    for (const fs::directory_entry& entry : fs::directory_iterator(beside_)) {
        const std::string name = entry.path().filename().string();
        if (name != identityName && entry.path().extension() != ".whole" && !whole.contains(name)) fs::remove_all(entry.path(), fault);
    }
    writeFile(note, identity);
}

Unfinished::~Unfinished() {
    std::error_code ignored;
    if (!beside_.empty() && !hasNotes(beside_)) fs::remove_all(beside_, ignored);
    if (lock_ >= 0) ::close(lock_);
}

fs::path Unfinished::noteOf(const std::string& file) const {
    return beside_ / ("." + file + ".whole");
}

std::optional<WrittenDigests> Unfinished::whole(const std::string& file) const {
    std::error_code ignored;
    if (!fs::is_regular_file(noteOf(file), ignored)) return {};
    try {
        WrittenDigests digests = WrittenDigests::fromJson(json::parseFile(noteOf(file)), noteOf(file).string());
        const MappedFile mapped(beside_ / file);
        const auto tensors = checkpoint::readHeader(mapped.bytes(), (beside_ / file).string(), file);
        bool same = tensors.size() == digests.size();
        for (const checkpoint::TensorView& tensor : tensors) same = same && digests.holds(tensor.name, tensor.bytes);
        if (same) return digests;
    } catch (const Error&) {  // damaged in whatever way: it is written again
    }
    fs::remove(noteOf(file), ignored);
    fs::remove(beside_ / file, ignored);
    return {};
}

void Unfinished::keep(const std::string& file, const WrittenDigests& digests) {
    flush(beside_ / file);
    writeFile(noteOf(file), digests.toJson().dump());
}

void Unfinished::commit() {
    std::vector<fs::path> notes{beside_ / identityName};
    for (const fs::directory_entry& entry : fs::directory_iterator(beside_))
        entry.path().extension() == ".whole" ? notes.push_back(entry.path()) : flush(entry.path());
    std::error_code ignored;
    for (const fs::path& note : notes) fs::remove(note, ignored);
    flush(beside_);
    // RENAME_NOREPLACE is not on every file system; rename refuses a target folder that holds anything.
    if (::rename(beside_.c_str(), target_.c_str()) != 0) throw refusal(target_, "rename into place");
    beside_.clear();
    flush(target_.parent_path().empty() ? fs::path(".") : target_.parent_path());
}

}  // namespace dq::exporting

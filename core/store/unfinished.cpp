#include <array>
#include <cstdio>
#include <optional>
#include <system_error>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/base/version.hpp"
#include "core/store/notebook.hpp"
#include "core/store/store.hpp"
#include "kernels/revision.hpp"

/// Measurements in a cache that somebody could go on with.
namespace dq::store {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largestAsked = 1u << 20;

/// Whoever measures holds the lock until the end.
bool isHeld(const fs::path& folder) {
    try {
        const FolderLock lock(folder);
        return false;
    } catch (const Error&) {
        return true;
    }
}

std::optional<Unfinished> unfinishedIn(const fs::path& folder, const std::string& model) {
    try {
        const fs::path file = folder / PartsNotebook::askedFile;
        Unfinished one{askedFromJson(readText(file, largestAsked), file.string())};
        if (one.asked.model != model || one.asked.tool != toolVersion || one.asked.quantizers != kernels::quantizerRevision) return {};
        if (folder.filename() != one.asked.key + ".parts") return {};
        std::error_code ignored;
        while (fs::is_regular_file(PartsNotebook::unitFile(folder, static_cast<std::size_t>(one.kept)), ignored)) ++one.kept;
        if (one.kept == 0 || isHeld(folder)) return {};
        return one;
    } catch (const Error&) {
        return {};  // nobody said what was asked: the units wait for who asks the same again
    }
}

}  // namespace

void Store::keepAsked(const Asked& asked) const {
    writeFile(folder_ / (asked.key + ".parts") / PartsNotebook::askedFile, toJson(asked));
}

std::optional<Unfinished> Store::unfinished(const std::string& modelFingerprint) const {
    std::optional<Unfinished> newest;
    fs::file_time_type last;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_, ignored)) {
        std::error_code fault;
        if (entry.path().extension() != ".parts" || !entry.is_directory(fault)) continue;
        auto one = unfinishedIn(entry.path(), modelFingerprint);
        const fs::file_time_type time = entry.last_write_time(fault);
        if (!one || fault || (newest && time < last)) continue;
        newest = std::move(one);
        last = time;
    }
    return newest;
}

}  // namespace dq::store

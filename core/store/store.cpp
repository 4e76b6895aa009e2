#include "core/store/store.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/store/notebook.hpp"
#include "core/store/table_file.hpp"
#include "kernels/revision.hpp"

namespace dq::store {

namespace {

namespace fs = std::filesystem;

fs::path absoluteFrom(const char* variable) {
    const char* const value = std::getenv(variable);
    return value && *value == '/' ? fs::path(value) : fs::path();
}

/// What a write that was killed left beside the table.
void removeLeftovers(const fs::path& table) {
    const std::string beginning = std::string(".") + table.filename().string() + ".partial-";
    std::error_code ignored;
    std::vector<fs::path> leftovers;
    for (const fs::directory_entry& entry : fs::directory_iterator(table.parent_path(), ignored))
        if (entry.path().filename().string().starts_with(beginning)) leftovers.push_back(entry.path());
    for (const fs::path& leftover : leftovers)
        fs::remove(leftover, ignored);
}

struct Dated {
    fs::file_time_type time;
    fs::path path;
    bool operator<(const Dated& other) const {
        return time != other.time ? time > other.time : path < other.path;
    }
};

std::vector<Dated> tablesIn(const fs::path& folder) {
    std::vector<Dated> tables;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        std::error_code fault;
        if (entry.path().extension() != ".h5" || !entry.is_regular_file(fault)) continue;
        const fs::file_time_type time = entry.last_write_time(fault);
        if (!fault) tables.push_back({time, entry.path()});
    }
    std::sort(tables.begin(), tables.end());
    return tables;
}

std::optional<fs::path> newestWhere(const fs::path& folder, const std::function<bool(const measure::Key&)>& wanted) {
    for (const Dated& table : tablesIn(folder)) {
        try {
            if (wanted(readTableKey(table.path))) return table.path;
        } catch (const Error&) {
            // a file that is no table of ours is none of this model
        }
    }
    return std::nullopt;
}

}  // namespace

fs::path defaultCache() {
    if (const fs::path cache = absoluteFrom("XDG_CACHE_HOME"); !cache.empty()) return cache / "dynaquant";
    if (const fs::path home = absoluteFrom("HOME"); !home.empty()) return home / ".cache" / "dynaquant";
    return fs::temp_directory_path() / "dynaquant-cache";
}

Store::Store(fs::path folder) : folder_(std::move(folder)) {}

std::optional<fs::path> Store::find(const measure::Key& key) const {
    fs::path path = folder_ / (key.hex() + ".h5");
    std::error_code fault;
    if (!fs::is_regular_file(path, fault)) return std::nullopt;
    try {
        if (readTable(path).key == key) return path;  // all of it: a damaged table is measured again
    } catch (const Error& error) {
        if (error.kind() == Kind::Unsupported) throw;  // of a newer program: not ours to measure over
    }
    return std::nullopt;
}

std::optional<fs::path> Store::named(const std::string& keyHex) const {
    const auto isHex = [](char one) { return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f'); };
    if (keyHex.empty() || !std::all_of(keyHex.begin(), keyHex.end(), isHex)) return std::nullopt;
    fs::path path = folder_ / (keyHex + ".h5");
    std::error_code fault;
    return fs::is_regular_file(path, fault) ? std::optional(path) : std::nullopt;
}

std::optional<fs::path> Store::newest(const std::string& modelFingerprint) const {
    return newestWhere(folder_, [&](const measure::Key& key) {
        return key.model == modelFingerprint && key.quantizers == kernels::quantizerRevision;
    });
}

std::optional<fs::path> Store::newestOfOtherQuantizers(const std::string& modelFingerprint) const {
    return newestWhere(folder_, [&](const measure::Key& key) {
        return key.model == modelFingerprint && key.quantizers != kernels::quantizerRevision;
    });
}

std::vector<Store::PassedOver> Store::passedOver(const std::string& modelFingerprint) const {
    std::vector<PassedOver> found;
    for (const Dated& table : tablesIn(folder_)) {
        try {
            readTableKey(table.path);
        } catch (const Error& error) {
            const bool newer = error.kind() == Kind::Unsupported;
            const auto model = newer ? modelOfTable(table.path) : std::nullopt;
            if (!model || *model == modelFingerprint) found.push_back({error.sentence(), newer && model});
        }
    }
    return found;
}

std::shared_ptr<const measure::Measurements> Store::read(const fs::path& table, Moments moments) {
    return std::make_shared<const measure::Measurements>(readTable(table, moments == Moments::Read));
}

fs::path Store::write(const measure::Measurements& table) const {
    std::error_code fault;
    fs::create_directories(folder_, fault);
    if (fault)
        throw Error(Kind::Io, folder_.string() + ": cannot create the cache folder: " + fault.message());
    const fs::path path = folder_ / (table.key.hex() + ".h5");
    removeLeftovers(path);
    const std::vector<std::byte> bytes = tableBytes(table);
    AtomicFile file(path);
    file.write(bytes);
    file.commit();
    fs::remove_all(folder_ / (table.key.hex() + ".parts"), fault);
    return path;
}

std::unique_ptr<measure::Notebook> Store::notebook(const measure::Key& key) const {
    return std::make_unique<PartsNotebook>(folder_ / (key.hex() + ".parts"), key, beside(key));
}

Beside Store::beside(const measure::Key& key) const {
    return {hessians(key.hex()), sensitivities(key.hex()), key.needsHessians(), key.needsSensitivities()};
}

Sensitivities Store::sensitivities(const std::string& keyHex) const {
    return Sensitivities(folder_ / (keyHex + ".sensitivities"), keyHex);
}

Hessians Store::hessians(const std::string& keyHex) const {
    return Hessians(folder_ / (keyHex + ".hessians"), keyHex);
}

}  // namespace dq::store

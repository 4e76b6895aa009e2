#include "core/store/originals.hpp"

#include <algorithm>
#include <utility>

#include "core/base/error.hpp"
#include "core/store/part_file.hpp"

namespace dq::store {

namespace fs = std::filesystem;

Originals::Originals(const fs::path& cache) : folder_(cache / "originals") {}

fs::path Originals::fileOf(const std::string& name) const {
    return folder_ / (name + ".states");
}

std::optional<std::vector<float>> Originals::find(const std::string& name, std::int64_t count) const {
    try {
        if (boundaryIsWhole(fileOf(name), count)) return readBoundary(fileOf(name), count);
    } catch (const Error&) {
        // What cannot be read is computed again.
    }
    return std::nullopt;
}

void Originals::keep(const std::string& name, std::span<const float> states) const {
    if (states.size_bytes() > largest) return;
    try {
        std::error_code fault;
        fs::create_directories(folder_, fault);
        writeBoundary(fileOf(name), states);
        forgetOld();
    } catch (const Error&) {
        // An evaluation that succeeded does not fail for its cache.
    }
}

void Originals::forgetOld() const {
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    std::error_code fault;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_, fault))
        if (entry.path().extension() == ".states") files.emplace_back(entry.last_write_time(fault), entry.path());
    std::sort(files.rbegin(), files.rend());
    for (std::size_t i = kept; i < files.size(); ++i) fs::remove(files[i].second, fault);
}

}  // namespace dq::store

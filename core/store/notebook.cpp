#include "core/store/notebook.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/store/part_file.hpp"

namespace dq::store {

namespace {

namespace fs = std::filesystem;

std::string numbered(std::size_t index, const char* ending) {
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "%05zu.%s", index, ending);
    return name.data();
}

std::optional<Part> partIn(const fs::path& file, const std::string& key) {
    try {
        Part part = partOf(readText(file), file.string());
        if (part.key == key) return part;
    } catch (const Error&) {
        // absent or damaged: the measurement begins again from here
    }
    return std::nullopt;
}

}  // namespace

fs::path PartsNotebook::unitFile(const fs::path& folder, std::size_t index) {
    return folder / numbered(index, "unit");
}

fs::path PartsNotebook::boundaryFile(std::size_t index) const {
    return folder_ / numbered(index, "boundary");
}

PartsNotebook::PartsNotebook(fs::path folder, const measure::Key& key, Beside beside)
    : folder_(std::move(folder)), key_(key.hex()), beside_(std::move(beside)), lock_(folder_) {
    findKept();
    removeOthers();
}

bool PartsNotebook::isWhole(const std::vector<measure::MatrixRow>& rows) const {
    return std::ranges::all_of(rows, [&](const measure::MatrixRow& row) { return beside_.has(row.name, row.block); });
}

void PartsNotebook::findKept() {
    while (const std::optional<Part> part = partIn(unitFile(kept_.size()), key_)) {
        if (!isWhole(part->rows)) break;
        kept_.push_back({part->unit, part->loss, part->boundary});
    }
    // Units without the gradient below them cannot be gone on from.
    while (!kept_.empty() && kept_.back().boundary > 0 &&
           !boundaryIsWhole(boundaryFile(kept_.size() - 1), kept_.back().boundary))
        kept_.pop_back();
}

void PartsNotebook::removeOthers() const {
    std::set<std::string> mine{"lock", askedFile};
    for (std::size_t i = 0; i < kept_.size(); ++i)
        mine.insert(numbered(i, "unit"));
    if (!kept_.empty() && kept_.back().boundary > 0) mine.insert(numbered(kept_.size() - 1, "boundary"));
    std::vector<fs::path> others;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_))
        if (!mine.contains(entry.path().filename().string())) others.push_back(entry.path());
    // From the last to the first: a kill in between leaves no hole that would hide later units.
    std::sort(others.rbegin(), others.rend());
    for (const fs::path& other : others)
        fs::remove_all(other);
}

bool PartsNotebook::finished(const std::string& unit) const {
    return std::any_of(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.unit == unit; });
}

std::vector<float> PartsNotebook::boundary() const {
    if (kept_.empty() || kept_.back().boundary == 0) return {};
    return readBoundary(boundaryFile(kept_.size() - 1), kept_.back().boundary);
}

std::optional<double> PartsNotebook::loss() const {
    return kept_.empty() ? std::nullopt : std::optional(kept_.front().loss);
}

void PartsNotebook::keep(const measure::FisherUnit& unit, const std::vector<measure::MatrixRow>& rows,
                         std::span<const float> boundary, double loss) {
    const std::size_t index = kept_.size();
    if (!boundary.empty()) writeBoundary(boundaryFile(index), boundary);
    const auto count = static_cast<std::int64_t>(boundary.size());
    writeFile(unitFile(index), partBytes({key_, unit.name, loss, count, rows}));
    kept_.push_back({unit.name, loss, count});
    std::error_code ignored;
    if (index > 0) fs::remove(boundaryFile(index - 1), ignored);
}

std::vector<measure::MatrixRow> PartsNotebook::rows(const measure::FisherUnit& unit) const {
    for (std::size_t i = 0; i < kept_.size(); ++i)
        if (kept_[i].unit == unit.name) return partOf(readText(unitFile(i)), unitFile(i).string()).rows;
    return {};
}

}  // namespace dq::store

#include "core/store/originals.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"
#include "core/store/part_file.hpp"

namespace dq::store {

namespace fs = std::filesystem;

namespace {

/// Whose states they are, behind them: the 32 hexadecimal digits of the name's fingerprint.
using Label = std::array<float, 8>;

Label labelOf(const std::string& name) {
    Fingerprint fingerprint;
    fingerprint.add(name);
    const std::string hex = fingerprint.hex();
    Label label{};
    static_assert(sizeof label == 32);
    std::memcpy(label.data(), hex.data(), sizeof label);
    return label;
}

}  // namespace

Originals::Originals(const fs::path& cache) : folder_(cache / "originals") {}

fs::path Originals::fileOf(const std::string& name) const {
    return folder_ / (name + ".states");
}

std::optional<std::vector<float>> Originals::find(const std::string& name, std::int64_t count) const {
    const fs::path file = fileOf(name);
    const Label label = labelOf(name);
    std::vector<float> states;
    try {
        const std::int64_t all = count + std::ssize(label);
        if (!boundaryIsWhole(file, all)) return std::nullopt;
        states = readBoundary(file, all);
    } catch (const Error&) {
        return std::nullopt;  // what cannot be read is computed again
    }
    const auto tail = states.end() - std::ssize(label);
    if (!std::equal(label.begin(), label.end(), tail))
        throw Error(Kind::Input, file.string() + ": holds what another model or text gave, under the name of this one; remove it");
    states.erase(tail, states.end());
    return states;
}

void Originals::keep(const std::string& name, std::span<const float> states) const {
    if (states.size_bytes() > largest) return;
    try {
        std::error_code fault;
        fs::create_directories(folder_, fault);
        const Label label = labelOf(name);
        std::vector<float> labelled(states.begin(), states.end());
        labelled.insert(labelled.end(), label.begin(), label.end());
        writeBoundary(fileOf(name), labelled);
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

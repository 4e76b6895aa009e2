#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <numeric>
#include <utility>

#include "core/base/error.hpp"
#include "core/format/format.hpp"
#include "core/format/names.hpp"

namespace dq::format {

namespace {

/// Nominal size: of a matrix so large and regular that nothing is left over.
Bytes nominalBytes(const Format& format) {
    return format.bytes(4096, 4096);
}

void sortBySize(std::vector<Format>& formats) {
    std::stable_sort(formats.begin(), formats.end(),
                     [](const Format& a, const Format& b) { return nominalBytes(a) < nominalBytes(b); });
}

/// What is measured unless other formats are asked for. Zero points pay where there are few codes to waste: searched at
/// 2 and 3 bits, plain at 4, where inference engines have kernels for them.
std::vector<Format> everyFormat() {
    std::vector<std::string> names;
    for (int bits = 2; bits <= 8; ++bits)
        for (const char* const group : {"-g128", "-g64", "-g32"}) {
            const std::string plain = "int" + std::to_string(bits);
            names.push_back(plain + group);
            if (bits <= 4) names.push_back(plain + group + "-mse");
            if (bits <= 3) names.push_back(plain + "a" + group + "-mse");
            if (bits == 4) names.push_back(plain + "a" + group);
        }
    for (const char* const name : {"mxfp4", "nf4-g64-dq", "nf4-g64", "nvfp4", "nvfp4-mse", "mxfp6-e2m3", "fp8-e4m3-block",
                                   "fp8-e4m3", "mxfp8-e4m3"})
        names.emplace_back(name);
    std::vector<Format> formats;
    for (const std::string& name : names)
        formats.push_back(parsed(name).value());
    sortBySize(formats);
    formats.push_back(parsed("bf16").value());
    return formats;
}

/// Formats that were asked for by name and are not in the catalogue. There are about a thousand such names.
const Format* remembered(std::string_view name) {
    static std::mutex access;
    static std::map<std::string, Format, std::less<>> known;
    const std::lock_guard lock(access);
    if (const auto found = known.find(name); found != known.end()) return &found->second;
    const std::optional<Format> format = parsed(name);
    return format ? &known.emplace(format->name, *format).first->second : nullptr;
}

/// How many letters must be changed, added or dropped to turn one name into the other.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row[b.size()];
}

std::string nearestTo(std::string_view name, std::size_t count) {
    std::vector<std::pair<std::size_t, std::size_t>> ranked;
    for (std::size_t i = 0; i < catalogue().size(); ++i)
        ranked.emplace_back(catalogue()[i].name.starts_with(name) ? 0 : distance(name, catalogue()[i].name), i);
    std::sort(ranked.begin(), ranked.end());
    std::string names;
    for (std::size_t i = 0; i < count; ++i)
        names += (i ? ", " : "") + catalogue()[ranked[i].second].name;
    return names;
}

}  // namespace

std::span<const Format> catalogue() {
    static const std::vector<Format> formats = everyFormat();
    return formats;
}

const Format* find(std::string_view name) {
    const auto all = catalogue();
    const auto found =
        std::find_if(all.begin(), all.end(), [name](const Format& one) { return one.name == name; });
    return found == all.end() ? remembered(name) : &*found;
}

const Format& get(std::string_view name) {
    if (const Format* found = find(name)) return *found;
    const std::string shown(name.substr(0, 40));
    throw Error(Kind::Input, "no format is named \"" + shown + "\"; near it are " + nearestTo(shown, 3));
}

}  // namespace dq::format

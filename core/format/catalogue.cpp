#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/error.hpp"
#include "core/format/format.hpp"

namespace dq::format {

namespace {

using kernels::Element;
using kernels::Encoding;
using kernels::ScaleType;

Format integer(int bits, int group) {
    return {"int" + std::to_string(bits) + "-g" + std::to_string(group),
            {.element = Element::Int, .bits = bits, .group = group, .scale = ScaleType::F16}};
}

Format nvfp4() {
    return {"nvfp4",
            {.element = Element::E2M1,
             .bits = 4,
             .group = 16,
             .scale = ScaleType::E4M3,
             .globalScale = true}};
}

/// The same bytes, the scale of each group searched for.
Format searched(Format format) {
    format.name += "-mse";
    format.encoding.scaling = kernels::Scaling::Searched;
    return format;
}

std::vector<Format> everyFormat() {
    std::vector<Format> formats;
    for (int bits = 2; bits <= 8; ++bits) {
        if (bits == 8)
            formats.push_back({"fp8-e4m3", {.element = Element::E4M3, .bits = 8, .scale = ScaleType::F32}});
        for (const int group : {128, 64, 32}) {
            formats.push_back(integer(bits, group));
            if (bits <= 4) formats.push_back(searched(integer(bits, group)));
        }
        if (bits == 4) {
            formats.push_back(
                {"nf4-g64", {.element = Element::Nf4, .bits = 4, .group = 64, .scale = ScaleType::F32}});
            formats.push_back(nvfp4());
            formats.push_back(searched(nvfp4()));
        }
    }
    formats.push_back({"bf16", {}});
    return formats;
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
        ranked.emplace_back(distance(name, catalogue()[i].name), i);
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
    return found == all.end() ? nullptr : &*found;
}

const Format& get(std::string_view name) {
    if (const Format* found = find(name)) return *found;
    const std::string shown(name.substr(0, 40));
    throw Error(Kind::Input, "no format is named \"" + shown + "\"; near it are " + nearestTo(shown, 3));
}

}  // namespace dq::format

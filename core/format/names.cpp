#include "core/format/names.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "kernels/gguf/gguf.hpp"

namespace dq::format {

namespace {

using kernels::Element;
using kernels::Encoding;
using kernels::ScaleType;

bool take(std::string_view& rest, std::string_view prefix) {
    if (!rest.starts_with(prefix)) return false;
    rest.remove_prefix(prefix.size());
    return true;
}

bool takeEnd(std::string_view& rest, std::string_view suffix) {
    if (!rest.ends_with(suffix)) return false;
    rest.remove_suffix(suffix.size());
    return true;
}

/// A number as people write it: no sign, no leading zero.
std::optional<int> takeNumber(std::string_view& rest) {
    int number = 0;
    const auto [end, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (fault != std::errc() || rest.front() == '0' || rest.front() == '-') return {};
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return number;
}

/// "-g64" or "-row"; 0 for a row.
std::optional<int> takeGroup(std::string_view& rest) {
    if (take(rest, "-row")) return 0;
    if (!take(rest, "-g")) return {};
    const std::optional<int> group = takeNumber(rest);
    constexpr std::array sizes{16, 32, 64, 128, 256};
    if (!group || std::find(sizes.begin(), sizes.end(), *group) == sizes.end()) return {};
    return group;
}

std::optional<Encoding> integer(std::string_view rest) {
    Encoding encoding{.element = Element::Int, .scale = ScaleType::F16};
    const std::optional<int> bits = takeNumber(rest);
    if (!bits || *bits < 2 || *bits > 12) return {};
    encoding.bits = *bits;
    encoding.zeroPoint = take(rest, "a");
    const std::optional<int> group = takeGroup(rest);
    if (!group) return {};
    encoding.group = *group;
    if (take(rest, "-f32")) encoding.scale = ScaleType::F32;
    if (take(rest, "-bf16")) encoding.scale = ScaleType::Bf16;
    if (!rest.empty()) return {};
    return encoding;
}

std::optional<Encoding> grouped(Element element, std::string_view rest) {
    const std::optional<int> group = takeGroup(rest);
    const ScaleType scale = take(rest, "-dq") ? ScaleType::Dynamic8 : ScaleType::F32;
    if (!group || *group == 0 || !rest.empty()) return {};
    return Encoding{.element = element, .bits = 4, .group = *group, .scale = scale};
}

std::optional<Encoding> micro(std::string_view rest) {
    const auto of = [](Element element, int bits) {
        return Encoding{.element = element, .bits = bits, .group = 32, .scale = ScaleType::E8M0};
    };
    if (rest == "4") return of(Element::E2M1, 4);
    if (rest == "6-e2m3") return of(Element::E2M3, 6);
    if (rest == "6-e3m2") return of(Element::E3M2, 6);
    if (rest == "8-e4m3") return of(Element::E4M3, 8);
    if (rest == "8-e5m2") return of(Element::E5M2, 8);
    return {};
}

std::optional<Encoding> nvfp4(std::string_view rest) {
    if (!rest.empty()) return {};
    return Encoding{
        .element = Element::E2M1, .bits = 4, .group = 16, .scale = ScaleType::E4M3, .globalScale = true};
}

/// A GGUF type in lower case; those whose names other formats have carry the ending.
std::optional<Encoding> block(std::string_view name) {
    using kernels::gguf::Type;
    for (const kernels::gguf::TypeInfo& info : kernels::gguf::types()) {
        std::string known(info.name);
        std::transform(known.begin(), known.end(), known.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        if (info.type == Type::Mxfp4 || info.type == Type::Nvfp4) known += "-gguf";
        if (known != name) continue;
        return Encoding{.element = Element::Block,
                        .bits = static_cast<int>(info.blockBytes * 8 / info.blockWeights),
                        .block = static_cast<std::uint8_t>(info.type)};
    }
    return {};
}

std::optional<Encoding> unsearched(std::string_view name) {
    if (name == "bf16") return Encoding{};
    if (name == "fp8-e4m3") return Encoding{.element = Element::E4M3, .bits = 8, .scale = ScaleType::F32};
    if (name == "fp8-e4m3-block" || name == "fp8-e4m3-block-bf16") {
        const ScaleType scale = name.ends_with("-bf16") ? ScaleType::Bf16 : ScaleType::F32;
        return Encoding{.element = Element::E4M3, .bits = 8, .group = 128, .scale = scale, .groupRows = 128};
    }
    if (name == "fp8-e4m3-bf16") return Encoding{.element = Element::E4M3, .bits = 8, .scale = ScaleType::Bf16};
    if (name == "fp8-e4m3-tensor") return Encoding{.element = Element::E4M3, .bits = 8, .globalScale = true};
    if (take(name, "int")) return integer(name);
    if (take(name, "nf4")) return grouped(Element::Nf4, name);
    if (take(name, "fp4")) return grouped(Element::Fp4, name);
    if (const auto blocks = block(name)) return blocks;
    if (take(name, "mxfp")) return micro(name);
    if (take(name, "nvfp4")) return nvfp4(name);
    return {};
}

/// Whether there are scales to search for, or an importance to look at.
bool canBeSearched(const Encoding& encoding, kernels::Scaling how) {
    if (encoding.element == Element::Block)
        return how == kernels::Scaling::Weighted &&
               kernels::gguf::infoOf(static_cast<kernels::gguf::Type>(encoding.block)).usesImportance;
    if (encoding.element == Element::Int) return encoding.bits <= 8;
    return encoding.group > 0 && !sharesScales(encoding) && (encoding.bits <= 6 || encoding.scale == ScaleType::E8M0);
}

bool canBeFedBack(const Encoding& encoding) {
    return !sharesScales(encoding) && encoding.element != Element::Bf16 && encoding.element != Element::Block;
}

std::optional<Encoding> encodingOf(std::string_view name) {
    using kernels::Scaling;
    const bool feedback = takeEnd(name, "-gptq");
    const Scaling how = takeEnd(name, "-mse")      ? Scaling::Searched
                        : takeEnd(name, "-imx")    ? Scaling::Weighted
                        : takeEnd(name, "-fisher") ? Scaling::Fisher
                                                   : Scaling::Largest;
    std::optional<Encoding> encoding = unsearched(name);
    if (!encoding || (feedback && !canBeFedBack(*encoding))) return {};
    encoding->feedback = feedback;
    if (how == Scaling::Largest) return encoding;
    if (!canBeSearched(*encoding, how)) return {};
    encoding->scaling = how;
    return encoding;
}

}  // namespace

std::optional<std::string> withBf16Scales(const Format& format) {
    std::string stem = format.name;
    if (const std::size_t wide = stem.find("-f32"); wide != std::string::npos) stem.erase(wide, 4);
    Encoding wanted = format.encoding;
    wanted.scale = ScaleType::Bf16;
    for (std::size_t at = stem.size(); at != std::string::npos && at > 0; at = stem.rfind('-', at - 1)) {
        const std::string name = stem.substr(0, at) + "-bf16" + stem.substr(at);
        if (const auto found = parsed(name); found && found->encoding == wanted) return name;
    }
    return {};
}

std::optional<Format> parsed(std::string_view name) {
    if (const std::optional<Encoding> encoding = encodingOf(name)) return Format{std::string(name), *encoding};
    return {};
}

}  // namespace dq::format

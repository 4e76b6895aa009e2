#include "core/checkpoint/gguf/splits.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

namespace dq::checkpoint::gguf {

namespace {

constexpr std::size_t digits = 5;
constexpr std::string_view between = "-of-", ending = ".gguf";

std::optional<std::size_t> numberIn(std::string_view text) {
    if (!std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; })) return {};
    std::size_t value = 0;
    for (const char c : text) value = 10 * value + static_cast<std::size_t>(c - '0');
    return value;
}

}  // namespace

std::optional<SplitName> splitNameOf(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    constexpr std::size_t tail = 1 + digits + between.size() + digits + ending.size();
    if (name.size() <= tail || !name.ends_with(ending)) return {};
    const std::string_view end = std::string_view(name).substr(name.size() - tail);
    if (end.front() != '-' || end.substr(1 + digits, between.size()) != between) return {};
    const auto index = numberIn(end.substr(1, digits)), count = numberIn(end.substr(1 + digits + between.size(), digits));
    if (!index || !count || *index < 1 || *index > *count) return {};
    return SplitName{name.substr(0, name.size() - tail), *index - 1, *count};
}

std::string fileName(const SplitName& name) {
    std::array<char, 32> numbers{};
    std::snprintf(numbers.data(), numbers.size(), "-%05zu-of-%05zu.gguf", name.index + 1, name.count);
    return name.stem + numbers.data();
}

}  // namespace dq::checkpoint::gguf

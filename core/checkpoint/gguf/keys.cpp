#include "core/checkpoint/gguf/keys.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace dq::checkpoint::gguf {

Error Keys::wrong(const std::string& key, const std::string& what) const {
    return {Kind::Corrupt, file_.source() + ": key " + key + " is " + what};
}

std::int64_t Keys::count(const std::string& key) const {
    constexpr std::int64_t most = std::int64_t{1} << 40;
    const Value* const value = file_.find(key);
    if (!value) throw wrong(key, "missing");
    std::int64_t found = -1;
    if (const auto* const narrow = std::get_if<std::uint32_t>(value)) found = *narrow;
    if (const auto* const narrow = std::get_if<std::uint16_t>(value)) found = *narrow;
    if (const auto* const signed32 = std::get_if<std::int32_t>(value)) found = *signed32;
    if (const auto* const wide = std::get_if<std::uint64_t>(value)) found = *wide <= static_cast<std::uint64_t>(most) ? static_cast<std::int64_t>(*wide) : -1;
    if (std::holds_alternative<std::vector<std::int32_t>>(*value))
        throw Error(Kind::Unsupported, file_.source() + ": key " + key + " has a number for every block; models whose blocks differ are not read");
    if (found < 0) throw wrong(key, "no whole number from 0 to " + std::to_string(most));
    return found;
}

std::int64_t Keys::countOr(const std::string& key, std::int64_t fallback) const {
    return has(key) ? count(key) : fallback;
}

double shortest(float value) {
    std::array<char, 64> text{};
    const auto [end, fault] = std::to_chars(text.data(), text.data() + text.size(), value);
    double result = value;
    if (fault == std::errc()) std::from_chars(text.data(), end, result);
    return result;
}

std::optional<double> Keys::number(const std::string& key) const {
    const Value* const value = file_.find(key);
    if (!value) return {};
    const auto* const found = std::get_if<float>(value);
    if (!found || !std::isfinite(*found)) throw wrong(key, "no finite number in single precision");
    return shortest(*found);
}

std::optional<bool> Keys::flag(const std::string& key) const {
    const Value* const value = file_.find(key);
    if (!value) return {};
    const auto* const found = std::get_if<bool>(value);
    if (!found) throw wrong(key, "neither true nor false");
    return *found;
}

std::optional<std::string> Keys::text(const std::string& key) const {
    const Value* const value = file_.find(key);
    if (!value) return {};
    const auto* const found = std::get_if<std::string>(value);
    if (!found) throw wrong(key, "no text");
    return *found;
}

LinearHeads linearHeadsOf(const Keys& keys, const std::string& family) {
    const auto from1 = [&](const char* name) {
        constexpr std::int64_t most = 1 << 20;
        const std::string key = family + ".ssm." + name;
        const std::int64_t found = keys.count(key);
        if (found < 1 || found > most) throw keys.wrong(key, std::to_string(found) + "; 1 to " + std::to_string(most) + " are possible");
        return found;
    };
    LinearHeads heads{.keyHeads = from1("group_count"), .valueHeads = from1("time_step_rank"), .keyDim = from1("state_size")};
    const std::int64_t inner = from1("inner_size");
    if (heads.valueHeads % heads.keyHeads != 0 || inner % heads.valueHeads != 0)
        throw keys.wrong(family + ".ssm.time_step_rank", std::to_string(heads.valueHeads) + ": " + std::to_string(heads.keyHeads) +
                                                             " key heads do not share that evenly, or it does not share inner_size " + std::to_string(inner));
    heads.valueDim = inner / heads.valueHeads;
    return heads;
}

}  // namespace dq::checkpoint::gguf

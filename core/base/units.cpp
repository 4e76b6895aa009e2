#include "core/base/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/base/error.hpp"

namespace dq {

Bytes parseBytes(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, double>, 10> units{{{"", 1.0},
                                                                                {"B", 1.0},
                                                                                {"KiB", 1024.0},
                                                                                {"MiB", 1048576.0},
                                                                                {"GiB", 1073741824.0},
                                                                                {"TiB", 1099511627776.0},
                                                                                {"kB", 1e3},
                                                                                {"MB", 1e6},
                                                                                {"GB", 1e9},
                                                                                {"TB", 1e12}}};
    const Error wrong(Kind::Input, "\"" + std::string(text) +
                                       "\" is no size: write for example 1.5GiB, 700MB or a number of bytes");
    Bytes whole = 0;  // plain bytes may need more than a double's 53 bits
    const char* const end = text.data() + text.size();
    if (const auto read = std::from_chars(text.data(), end, whole);
        read.ec == std::errc() && read.ptr == end && whole >= 0)
        return whole;
    double number = 0;
    const auto [rest, fault] = std::from_chars(text.data(), end, number);
    if (fault != std::errc() || !std::isfinite(number) || number < 0) throw wrong;
    std::string_view unit(rest, static_cast<std::size_t>(end - rest));
    while (!unit.empty() && unit.front() == ' ')
        unit.remove_prefix(1);
    for (const auto& [name, factor] : units) {
        if (unit != name) continue;
        const double bytes = std::floor(number * factor);
        if (bytes >= 9.2e18) throw wrong;
        return static_cast<Bytes>(bytes);
    }
    throw wrong;
}

namespace {
/// printf's %e or %f, whatever the locale: a window in German must not write commas into files.
std::string printed(double value, std::chars_format format, int digits) {
    std::array<char, 400> text{};  // the longest double has 309 digits before the point
    const auto [end, fault] =
        std::to_chars(text.data(), text.data() + text.size(), value, format, std::max(0, digits));
    return fault == std::errc() ? std::string(text.data(), end) : "?";
}
}  // namespace

std::string showNumber(double value, int significant) {
    if (!std::isfinite(value)) return value != value ? "nan" : (value < 0 ? "-inf" : "inf");
    const std::string scientific = printed(value, std::chars_format::scientific, significant - 1);
    // The rounded number decides how it is written: 99.96 is "100", not "100.0".
    const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
    if (exponent < -3 || exponent >= 6) return scientific;
    return printed(value, std::chars_format::fixed, significant - 1 - exponent);
}

std::string showBytes(Bytes bytes) {
    static constexpr std::array<const char*, 5> names{"B", "KiB", "MiB", "GiB", "TiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (std::fabs(value) >= 1000.0 && unit + 1 < names.size()) {
        value /= 1024.0;
        ++unit;
    }
    return (unit == 0 ? std::to_string(bytes) : showNumber(value)) + " " + names[unit];
}

std::int64_t checkedProduct(std::int64_t a, std::int64_t b, std::string_view what) {
    std::int64_t product = 0;
    if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product))
        throw Error(Kind::Corrupt, std::string(what) + ": " + std::to_string(a) + " x " + std::to_string(b) +
                                       " is no possible size");
    return product;
}

}  // namespace dq

#include "core/report/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/report/number.hpp"

namespace dq::report {

namespace {

/// "10" with a raised exponent; plain numbers near 1 read better without one.
std::string power(int exponent) {
    static constexpr std::array<const char*, 10> raised{"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                                        "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
    if (exponent >= -2 && exponent <= 2) return fixed(std::pow(10, exponent), std::max(0, -exponent));
    std::string text = exponent < 0 ? "10\u207b" : "10";
    for (const char digit : std::to_string(std::abs(exponent)))
        text += raised[static_cast<std::size_t>(digit - '0')];
    return text;
}

std::string between(int factor, int exponent) {
    if (exponent >= -3 && exponent <= 3)
        return fixed(factor * std::pow(10, exponent), std::max(0, -exponent));
    return std::to_string(factor) + "\u00b7" + power(exponent);
}

}  // namespace

double Axis::at(double value) const {
    const double part = logarithmic ? (std::log(value) - std::log(from)) / (std::log(to) - std::log(from))
                                    : (value - from) / (to - from);
    return start + part * (end - start);
}

std::vector<Tick> evenTicks(double from, double to, int wanted) {
    std::vector<Tick> ticks;
    const double rough = (to - from) / wanted;
    if (!(rough > 0)) return ticks;
    const int exponent = static_cast<int>(std::floor(std::log10(rough)));
    const double scale = std::pow(10, exponent), rest = rough / scale;
    const double step = scale * (rest > 5 ? 10 : rest > 2 ? 5 : rest > 1 ? 2 : 1);
    const int decimals = std::clamp(-static_cast<int>(std::floor(std::log10(step) + 1e-9)), 0, 12);
    const auto first = static_cast<long long>(std::ceil(from / step - 1e-9));
    const auto last = static_cast<long long>(std::floor(to / step + 1e-9));
    for (long long i = first; i <= last; ++i) {
        const double value = static_cast<double>(i) * step;
        ticks.push_back({value, fixed(value, decimals)});
    }
    return ticks;
}

std::vector<Tick> logTicks(double from, double to) {
    std::vector<Tick> ticks;
    if (!(from > 0 && to > from)) return ticks;
    const int lowest = static_cast<int>(std::floor(std::log10(from)));
    const int highest = static_cast<int>(std::ceil(std::log10(to)));
    const bool few = std::floor(std::log10(to)) - std::ceil(std::log10(from)) < 2;
    const int stride = std::max(1, (highest - lowest) / 12 + 1);
    for (int exponent = lowest; exponent <= highest; ++exponent) {
        for (const int factor : {1, 2, 5}) {
            const double value = factor * std::pow(10, exponent);
            if (value < from || value > to || (factor > 1 && !few)) continue;
            const bool labelled = factor > 1 || exponent % stride == 0;
            ticks.push_back({value, !labelled     ? ""
                                    : factor == 1 ? power(exponent)
                                                  : between(factor, exponent)});
        }
    }
    return ticks;
}

}  // namespace dq::report

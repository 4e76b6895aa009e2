#include "core/report/number.hpp"

#include <array>
#include <charconv>

namespace dq::report {

std::string shortest(double value) {
    std::array<char, 64> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string fixed(double value, int decimals) {
    std::array<char, 400> text{};  // the largest double has 309 digits before its point
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
    return {text.data(), end.ptr};
}

}  // namespace dq::report

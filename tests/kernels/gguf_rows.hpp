#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

/// Rows that try a quantizer: what models hold, and what they should not. Shared by the tests and by the
/// comparison with stock libggml (tests/interop).
namespace dq::test {

class Noise {
public:
    explicit Noise(std::uint64_t seed) : state_(seed) {}

    std::uint64_t bits() {  // splitmix64
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; }
    double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform()); }
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits() % n); }

private:
    std::uint64_t state_;
};

enum class Rows {
    Gaussian,
    HeavyTailed,
    Outliers,
    Zeros,
    OneOutlier,
    Denormal,
    Largest,
    Constant,
    Tiny,
    Ties,
    EveryExponent,
    HalfEmpty,
    Positive,
    BeyondHalf,
    AnyBits,
};
inline constexpr int rowKinds = 15;

inline std::string nameOf(Rows kind) {
    static const char* const names[rowKinds] = {"gaussian",    "heavy tailed", "outliers",       "zeros",
                                                "one outlier", "denormal",     "largest",        "constant",
                                                "tiny",        "ties",         "every exponent", "half empty",
                                                "positive",    "beyond half",  "any bits"};
    return names[static_cast<int>(kind)];
}

inline float weightOf(Rows kind, std::size_t column, std::size_t cols, std::size_t special, Noise& noise) {
    const double normal = noise.normal();
    const bool chosen = column % cols == special;
    constexpr float largest = std::numeric_limits<float>::max();
    switch (kind) {
        case Rows::Gaussian:
            return static_cast<float>(0.02 * normal);
        case Rows::HeavyTailed:
            return static_cast<float>(0.01 * normal / std::sqrt(-std::log(noise.uniform())));
        case Rows::Outliers:
            return static_cast<float>((noise.below(200) == 0 ? 2 : 0.02) * normal);
        case Rows::Zeros:
            return noise.below(2) ? 0.0f : -0.0f;
        case Rows::OneOutlier:
            return chosen ? 3.5f : 0.0f;
        case Rows::Denormal:
            return static_cast<float>(normal * 1e-40);
        case Rows::Largest:
            return noise.below(3) ? (normal > 0 ? largest : -largest) : static_cast<float>(normal * 1e37);
        case Rows::Constant:
            return special % 2 ? 0.37f : -1.25f;
        case Rows::Tiny:
            return static_cast<float>(normal * std::pow(10.0, -9 - static_cast<double>(special % 24)));
        case Rows::Ties:
            return static_cast<float>(static_cast<int>(noise.below(31)) - 15) * 0.5f;
        case Rows::EveryExponent:
            return static_cast<float>(normal * std::pow(2.0, noise.uniform() * 250 - 125));
        case Rows::HalfEmpty:
            return (column / 16 + special) % 3 ? static_cast<float>(0.02 * normal) : 0.0f;
        case Rows::Positive:
            return static_cast<float>(std::fabs(normal) * 0.05);
        case Rows::BeyondHalf:
            return static_cast<float>(normal * std::pow(10.0, 4 + static_cast<double>(special % 12)));
        case Rows::AnyBits:
            break;
    }
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(noise.bits()));
    return std::isfinite(value) ? value : 1.0f;
}

inline std::vector<float> makeRows(Rows kind, std::size_t rows, std::size_t cols, std::uint64_t seed) {
    Noise noise(seed * 1000 + static_cast<std::uint64_t>(kind));
    std::vector<float> weights;
    weights.reserve(rows * cols);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t special = noise.below(cols);
        for (std::size_t column = 0; column < cols; ++column)
            weights.push_back(weightOf(kind, column, cols, special, noise));
    }
    return weights;
}

enum class Importance { None, Random, WithZeros, LikeReal, AllZero, Extreme };
inline constexpr int importanceKinds = 6;

inline std::vector<float> makeImportance(Importance kind, std::size_t cols, std::uint64_t seed) {
    Noise noise(seed * 77 + 5);
    std::vector<float> importance(cols);
    for (float& value : importance) {
        const double normal = noise.normal();
        switch (kind) {
            case Importance::Random:
                value = static_cast<float>(noise.uniform());
                break;
            case Importance::WithZeros:
                value = noise.below(2) ? 0.0f : static_cast<float>(normal * normal);
                break;
            case Importance::LikeReal:
                value = static_cast<float>(std::exp(2 * normal) * 0.01);
                break;
            case Importance::Extreme:
                value = static_cast<float>(std::pow(10.0, noise.uniform() * 70 - 35));
                break;
            default:
                value = 0;
        }
    }
    return importance;
}

}  // namespace dq::test

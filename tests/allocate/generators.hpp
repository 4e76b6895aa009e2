#pragma once

#include <cmath>
#include <random>
#include <string>

#include "core/format/format.hpp"
#include "tests/allocate/problems.hpp"

namespace dq::test {

/// Every class its own size and sensitivity; losses fall fourfold a bit, with noise, so that hulls vary.
inline Table randomLarge(std::size_t classes, int formats, unsigned seed = 7) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> noise(0.7, 1.4), size(0.5, 8);
    Table table(classes);
    for (auto& options : table) {
        const double weights = 1e6 * size(random), sensitivity = noise(random) * 1e-3;
        for (int f = 0; f < formats; ++f) {
            const double bits = 2 + 0.6 * f;
            options.emplace_back(static_cast<Bytes>(weights * bits / 8),
                                 sensitivity * noise(random) * std::exp2(-2 * bits));
        }
    }
    return table;
}

/// A model: a handful of shapes, sensitivities that differ by powers of ten, formats whose size is exact and
/// whose error is what a quantizer of that width makes of a bell curve, a few per cent more or less.
inline Table realistic(std::size_t classes, std::size_t formats, unsigned seed = 8) {
    const std::vector<std::pair<std::int64_t, std::int64_t>> shapes{
        {4096, 4096}, {1024, 4096}, {1024, 4096}, {4096, 4096}, {1536, 4096}, {1536, 4096}, {4096, 1536}};
    std::mt19937 random(seed);
    std::normal_distribution<double> spread(0, 1);
    const auto catalogue = format::catalogue();
    Table table(classes);
    for (std::size_t c = 0; c < classes; ++c) {
        const auto [rows, cols] = shapes[c % shapes.size()];
        const double sensitivity = 1e-3 * std::exp(1.5 * spread(random));
        for (std::size_t f = 0; f < std::min(formats, catalogue.size()); ++f) {
            const Bytes bytes = catalogue[f].bytes(rows, cols);
            const double bits = 8.0 * static_cast<double>(bytes) / static_cast<double>(rows * cols);
            const double loss =
                bits > 15 ? 0 : sensitivity * std::exp2(-2 * bits) * std::exp(.1 * spread(random));
            table[c].emplace_back(bytes, loss);
        }
        std::stable_sort(table[c].begin(), table[c].end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
    }
    return table;
}

/// Equal sizes and only a few losses: nearly every slope is shared by thousands.
inline Table tied(std::size_t classes, int formats, unsigned seed = 9) {
    std::mt19937 random(seed);
    Table table(classes);
    for (auto& options : table) {
        const double sensitivity = static_cast<double>(1 + random() % 4);
        for (int f = 0; f < formats; ++f)
            options.emplace_back(1'000'000 * (f + 2), sensitivity * std::exp2(-f));
    }
    return table;
}

/// What fools the greedy: large steps that are a little steeper than small ones, options just above the hull,
/// and losses in proportion to sizes.
inline Table adversarial(std::size_t classes, unsigned seed = 10) {
    std::mt19937 random(seed);
    Table table(classes);
    for (std::size_t c = 0; c < classes; ++c) {
        const Bytes unit = 1 + static_cast<Bytes>(random() % 997);
        if (c % 3 == 0)
            table[c] = {{unit, 1e4}, {unit + 5000, 1e4 - 5001}, {unit + 9999, 0}};
        else if (c % 3 == 1)
            for (Bytes j = 0; j < 6; ++j)
                table[c].emplace_back(unit * (j + 1), static_cast<double>(unit * (6 - j)));
        else
            for (Bytes j = 0; j < 8; ++j)
                table[c].emplace_back(unit + 131 * j, 131.0 * static_cast<double>(8 - j) + (j % 2 ? 130 : 0));
    }
    return table;
}

}  // namespace dq::test

#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/allocate/problem.hpp"

namespace dq::test {

using Table =
    std::vector<std::vector<std::pair<Bytes, double>>>;  // per class: (bytes, loss), rising in bytes

/// A problem with one matrix per class; option j of each class is format "f<j>".
inline std::shared_ptr<const allocate::Problem> problemFrom(const Table& table, Bytes passthrough = 0) {
    allocate::Problem problem;
    problem.passthrough = passthrough;
    problem.matrices = table.size();
    std::size_t formats = 0;
    for (std::size_t c = 0; c < table.size(); ++c) {
        allocate::Class one{"class " + std::to_string(c), {static_cast<int>(c)}, {}};
        for (std::size_t j = 0; j < table[c].size(); ++j)
            one.options.push_back({table[c][j].first, table[c][j].second, static_cast<int>(j)});
        formats = std::max(formats, table[c].size());
        problem.weights += table[c].back().first;
        problem.classes.push_back(std::move(one));
    }
    for (std::size_t f = 0; f < formats; ++f)
        problem.formats.push_back("f" + std::to_string(f));
    return std::make_shared<const allocate::Problem>(std::move(problem));
}

/// The non-convex instance of methods.md 14.
inline Table nonConvex() {
    return {{{2, 10}, {3, 9.5}, {4, 4}, {6, 1}, {7, 1.5}},
            {{2, 6}, {3, 3}, {5, 2.8}, {8, .5}},
            {{1, 8}, {4, 2}, {5, 1.9}}};
}

/// Small random instance with ties (of equal sizes the better may come later), dominated options, zero losses
/// and one-option classes.
inline Table randomTable(std::mt19937& random) {
    const auto upTo = [&random](unsigned n) { return static_cast<int>(random() % (n + 1)); };
    Table table(static_cast<std::size_t>(1 + upTo(4)));
    for (auto& options : table) {
        Bytes bytes = 1 + upTo(3);
        for (int j = 0, count = 1 + upTo(4); j < count; ++j) {
            options.emplace_back(bytes, upTo(6) == 0 ? 0.0 : upTo(40) * 0.25);
            bytes += upTo(4);
        }
        std::stable_sort(options.begin(), options.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
    }
    return table;
}

/// The least loss of any assignment within the budget, by trying them all; infinite: none fits.
inline double bestOf(const Table& table, Bytes budget, std::size_t from = 0) {
    if (budget < 0) return std::numeric_limits<double>::infinity();
    if (from == table.size()) return 0;
    double best = std::numeric_limits<double>::infinity();
    for (const auto& [bytes, loss] : table[from])
        best = std::min(best, loss + bestOf(table, budget - bytes, from + 1));
    return best;
}

}  // namespace dq::test

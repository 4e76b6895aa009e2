#include "ui/session/water.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/allocate/theory.hpp"

namespace dq::ui {

namespace {

/// A column's loss at b bits per weight is s·4^-b, so a byte (8 bits over its weights) saves 16 ln 2 · s/weights · 4^-b.
constexpr double perByte = 16 * std::numbers::ln2;

/// Below these many bits under the lowest column or surface nothing is drawn.
constexpr double margin = 0.5;

std::vector<Water::Column> columnsOf(const allocate::Problem& problem) {
    const std::vector<allocate::Source> sources = allocate::sourcesOf(problem);
    std::vector<Water::Column> columns;
    for (std::size_t c = 0; c < sources.size(); ++c) {
        const allocate::Source& source = sources[c];
        if (problem.classes[c].matrices.empty() || !(source.importance > 0) || !(source.weights > 0)) continue;
        columns.push_back(
            {problem.classes[c].matrices.front(), std::log2(source.importance / source.weights) / 2});
    }
    std::stable_sort(columns.begin(), columns.end(),
                     [](const auto& a, const auto& b) { return a.height > b.height; });
    return columns;
}

double lowestSurface(const allocate::Front& front) {
    for (std::size_t vertex = front.vertices().size(); vertex-- > 0;)
        if (const double price = front.price(vertex); price > 0) return waterLevel(price);
    return std::numeric_limits<double>::infinity();
}

}  // namespace

int Water::covered(double level) const {
    const auto dry = std::partition_point(columns.begin(), columns.end(),
                                          [level](const Column& column) { return column.height > level; });
    return static_cast<int>(columns.end() - dry);
}

Water waterOf(const allocate::Front& front) {
    const allocate::Problem& problem = front.problem();
    Water water;
    water.columns = columnsOf(problem);
    water.silent = static_cast<int>(problem.classes.size() - water.columns.size());
    water.columnOf.assign(problem.matrices, -1);
    std::vector<int> columnOfFirst(problem.matrices, -1);
    for (std::size_t i = 0; i < water.columns.size(); ++i)
        columnOfFirst[static_cast<std::size_t>(water.columns[i].matrix)] = static_cast<int>(i);
    for (const allocate::Class& one : problem.classes)
        for (const int matrix : one.matrices)
            water.columnOf[static_cast<std::size_t>(matrix)] =
                columnOfFirst[static_cast<std::size_t>(one.matrices.front())];
    if (water.columns.empty()) return water;
    water.top = water.columns.front().height + margin;
    water.bottom = std::min(water.columns.back().height, lowestSurface(front)) - margin;
    return water;
}

double waterLevel(double price) {
    return price > 0 ? std::log2(price / perByte) / 2 : -std::numeric_limits<double>::infinity();
}

double priceOfLevel(double level) {
    return perByte * std::exp2(2 * level);
}

Bytes sizeAtPrice(const allocate::Front& front, double price) {
    const auto vertices = front.vertices();
    std::size_t from = 0, to = vertices.size() - 1;  // prices fall along the front, to 0 at its end
    while (from < to) {
        const std::size_t middle = from + (to - from) / 2;
        if (front.price(middle) <= price)
            to = middle;
        else
            from = middle + 1;
    }
    return vertices[from].bytes;
}

}  // namespace dq::ui

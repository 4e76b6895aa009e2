#include "core/report/layer_map_svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/report/number.hpp"
#include "core/report/svg.hpp"
#include "core/report/svg_text.hpp"

namespace dq::report {

namespace {

constexpr double cellWidth = 76, cellHeight = 22, leftMargin = 92, topMargin = 40, legendHeight = 44;

struct Cell {
    Bytes bytes = 0;
    std::int64_t weights = 0;

    double bits() const { return 8.0 * static_cast<double>(bytes) / static_cast<double>(weights); }
};

/// What stands where: outside any layer first.
struct Grid {
    std::vector<std::string> roles;
    std::map<int, std::map<std::size_t, Cell>> rows;  // by layer, by role
};

std::size_t columnOf(Grid& grid, const std::string& role) {
    const auto found = std::find(grid.roles.begin(), grid.roles.end(), role);
    if (found != grid.roles.end()) return static_cast<std::size_t>(found - grid.roles.begin());
    grid.roles.push_back(role);
    return grid.roles.size() - 1;
}

Grid gridOf(const measure::Measurements& table, const recipe::Recipe& recipe) {
    if (recipe.entries.size() != table.rows.size())
        throw Error(Kind::Input, "the recipe is for " + std::to_string(recipe.entries.size()) + " matrices, the table has " +
                                     std::to_string(table.rows.size()));
    Grid grid;
    for (std::size_t m = 0; m < table.rows.size(); ++m) {
        const measure::MatrixRow& row = table.rows[m];
        const recipe::Recipe::Entry& entry = recipe.entries[m];
        const auto format = std::find(table.formats.begin(), table.formats.end(), entry.format);
        if (entry.matrix != row.name || format == table.formats.end())
            throw Error(Kind::Input, "the recipe makes " + entry.matrix + " " + entry.format + ", which the table does not know of " + row.name);
        Cell& cell = grid.rows[row.block][columnOf(grid, row.role)];
        cell.bytes += row.bytes[static_cast<std::size_t>(format - table.formats.begin())];
        cell.weights += row.weights();
    }
    return grid;
}

const char* inkOn(double bits) {
    return bits < 5.5 || bits >= 12 ? colour::card : colour::ink;
}

void drawCell(Svg& svg, const Box& box, const Cell& cell) {
    const std::string fill = bitsColour(cell.bits());
    svg.box({box.left + 1, box.top + 1, box.width - 2, box.height - 2}, fill.c_str(), "none", 3);
    svg.text({box.left + box.width / 2, box.top + box.height / 2 + 4}, showNumber(cell.bits()),
             {.size = 11, .fill = inkOn(cell.bits()), .anchor = Anchor::Middle});
}

void drawLegend(Svg& svg, double top) {
    svg.text({leftMargin, top + 14}, "bits per weight", {.size = 11, .fill = colour::muted});
    for (int bits = 2; bits <= 9; ++bits) {
        const double left = leftMargin + 100 + 34 * (bits - 2);
        const double shown = bits == 9 ? 16 : bits;
        const std::string fill = bitsColour(shown);
        svg.box({left, top, 30, 20}, fill.c_str(), "none", 3);
        svg.text({left + 15, top + 14}, bits == 9 ? "16" : std::to_string(bits), {.size = 11, .fill = inkOn(shown), .anchor = Anchor::Middle});
    }
}

}  // namespace

/// Viridis at seven even places.
std::string bitsColour(double bits) {
    if (bits >= 12) return "#7c8792";
    constexpr std::array<std::array<double, 3>, 7> stops{
        {{68, 1, 84}, {68, 57, 131}, {49, 104, 142}, {33, 145, 140}, {53, 183, 121}, {144, 215, 67}, {253, 231, 37}}};
    const double place = std::clamp(bits - 2, 0.0, 6.0);
    const auto below = std::min(static_cast<std::size_t>(place), stops.size() - 2);
    char text[8];
    std::array<int, 3> mixed{};
    for (std::size_t i = 0; i < 3; ++i)
        mixed[i] = static_cast<int>(std::lround(std::lerp(stops[below][i], stops[below + 1][i], place - static_cast<double>(below))));
    std::snprintf(text, sizeof text, "#%02x%02x%02x", static_cast<unsigned>(mixed[0]) & 255u, static_cast<unsigned>(mixed[1]) & 255u,
                  static_cast<unsigned>(mixed[2]) & 255u);
    return text;
}

std::string layerMapSvg(const measure::Measurements& table, const recipe::Recipe& recipe) {
    const Grid grid = gridOf(table, recipe);
    const double width = std::max(leftMargin + cellWidth * static_cast<double>(grid.roles.size()) + 16, 480.0);
    const double bottom = topMargin + cellHeight * static_cast<double>(grid.rows.size());
    Svg svg(static_cast<int>(width), static_cast<int>(bottom + legendHeight), table.modelName + ": bits per weight by layer and role");
    svg.box({0, 0, width, bottom + legendHeight}, colour::card);
    for (std::size_t r = 0; r < grid.roles.size(); ++r)
        svg.text({leftMargin + cellWidth * (static_cast<double>(r) + 0.5), topMargin - 10}, grid.roles[r],
                 {.size = 11, .fill = colour::muted, .anchor = Anchor::Middle});
    double top = topMargin;
    for (const auto& [layer, cells] : grid.rows) {
        svg.text({leftMargin - 10, top + cellHeight / 2 + 4}, layer < 0 ? "no layer" : "layer " + std::to_string(layer),
                 {.size = 11, .fill = colour::muted, .anchor = Anchor::End});
        for (const auto& [role, cell] : cells)
            drawCell(svg, {leftMargin + cellWidth * static_cast<double>(role), top, cellWidth, cellHeight}, cell);
        top += cellHeight;
    }
    drawLegend(svg, bottom + 14);
    return std::move(svg).finish();
}

}  // namespace dq::report

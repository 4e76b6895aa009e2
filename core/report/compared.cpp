#include "core/report/compared.hpp"

#include <array>

namespace dq::report {

namespace {

constexpr double rowHeight = 14, listWidth = 140;

// Told apart on white, by most people; more curves than colours start over.
constexpr std::array<const char*, 8> colours{"#b5541c", "#5b7f2b", "#7a4fa3", "#a8893a",
                                             "#b03a6f", "#3f6fb5", "#2f8f83", "#7c5c46"};

}  // namespace

Box nameListOf(const Picture& picture, std::span<const allocate::compare::Curve> curves) {
    return {picture.plot.right() - listWidth - 8, picture.plot.top + 8, listWidth,
            rowHeight * static_cast<double>(curves.size()) + 8};
}

void drawCompared(Svg& svg, const Picture& picture, std::span<const allocate::compare::Curve> curves) {
    const Box list = nameListOf(picture, curves);
    for (std::size_t i = 0; i < curves.size(); ++i) {
        const char* const stroke = colours[i % colours.size()];
        std::vector<Point> line;
        for (const allocate::Vertex& point : curves[i].points)
            line.push_back(picture.at(point.bytes, point.loss));
        svg.polyline(line, stroke, 1, "plot");
        const double y = list.top + 4 + rowHeight * (static_cast<double>(i) + 0.8);
        svg.line({list.left, y - 4}, {list.left + 14, y - 4}, stroke, 2);
        svg.text({list.left + 20, y}, curves[i].name, {.size = 11, .fill = colour::muted});
    }
}

}  // namespace dq::report

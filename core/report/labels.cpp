#include "core/report/labels.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace dq::report {

namespace {

/// The box on the ray from the point in one direction, just touching a circle of that radius.
Box boxAt(const Wanted& label, double radius, double angle) {
    const double x = std::cos(angle), y = -std::sin(angle);  // paper's y points down
    const double left = label.point.x + radius * x + (x - 1) / 2 * label.width;
    const double top = label.point.y + radius * y + (y - 1) / 2 * label.height;
    return {left, top, label.width, label.height};
}

bool crosses(const std::vector<Point>& curve, const Box& box) {
    for (std::size_t i = 0; i + 1 < curve.size(); ++i)
        if (box.crossedBy(curve[i], curve[i + 1])) return true;
    return false;
}

bool isFree(const Box& box, const Taken& taken, const std::vector<Box>& placed) {
    const auto over = [&](const Box& other) { return box.overlaps(other); };
    const auto under = [&](const auto& line) { return box.crossedBy(line.first, line.second); };
    return std::none_of(taken.marks.begin(), taken.marks.end(), over) &&
           std::none_of(placed.begin(), placed.end(), over) &&
           std::none_of(taken.lines.begin(), taken.lines.end(), under) && !crosses(taken.curve, box);
}

double side(Point a, Point b, Point c) {
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

bool meet(Point a, Point b, Point c, Point d) {
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/// Whether a line to the label is clear: of labels always, where it must be tidy also of the curve and other
/// points.
bool leads(const Box& box, Point point, const Taken& taken, const std::vector<Box>& placed, bool tidy) {
    const Point end = box.nearest(point);
    const double length = std::hypot(end.x - point.x, end.y - point.y);
    const auto crossed = [&](const Box& other) { return other.crossedBy(point, end); };
    if (std::any_of(placed.begin(), placed.end(), crossed)) return false;
    if (!tidy || length <= besidePoint) return true;
    // It begins outside its own mark, which may lie on the curve.
    const double skip = 12 / length;
    const Point begin{point.x + skip * (end.x - point.x), point.y + skip * (end.y - point.y)};
    for (std::size_t i = 0; i + 1 < taken.curve.size(); ++i)
        if (meet(begin, end, taken.curve[i], taken.curve[i + 1])) return false;
    return std::none_of(taken.marks.begin(), taken.marks.end(),
                        [&](const Box& other) { return other.crossedBy(begin, end); });
}

/// Sixteen directions, the preferred one first, then to both sides of it.
std::array<double, 16> directionsFrom(double preferred) {
    constexpr double turn = 6.283185307179586;
    std::array<double, 16> angles{};
    for (std::size_t i = 0; i < angles.size(); ++i)
        angles[i] = turn * (preferred + (i % 2 ? -1 : 1) * static_cast<double>((i + 1) / 2) / 16);
    return angles;
}

std::optional<Box> placeOf(const Wanted& label, const Box& frame, const Taken& taken,
                           const std::vector<Box>& placed) {
    const auto directions = directionsFrom(label.direction);
    for (const bool tidy : {true, false})
        for (double radius = label.distance; radius < label.distance + label.reach; radius += 5)
            for (const double direction : directions) {
                const Box box = boxAt(label, radius, direction);
                if (frame.holds(box) && isFree(box, taken, placed) &&
                    (!label.line || leads(box, label.point, taken, placed, tidy)))
                    return box;
            }
    return std::nullopt;
}

}  // namespace

bool Box::overlaps(const Box& other) const {
    return left < other.right() && other.left < right() && top < other.bottom() && other.top < bottom();
}

bool Box::holds(const Box& other) const {
    return left <= other.left && other.right() <= right() && top <= other.top && other.bottom() <= bottom();
}

bool Box::crossedBy(Point a, Point b) const {
    double from = 0, to = 1;  // the part of the line inside the box, side by side (Liang and Barsky)
    const double dx = b.x - a.x, dy = b.y - a.y;
    const std::array<std::pair<double, double>, 4> sides{
        {{-dx, a.x - left}, {dx, right() - a.x}, {-dy, a.y - top}, {dy, bottom() - a.y}}};
    for (const auto& [direction, distance] : sides) {
        if (direction == 0 && distance < 0) return false;
        if (direction < 0) from = std::max(from, distance / direction);
        if (direction > 0) to = std::min(to, distance / direction);
    }
    return from <= to;
}

Point Box::nearest(Point to) const {
    return {std::clamp(to.x, left, right()), std::clamp(to.y, top, bottom())};
}

std::vector<std::optional<Box>> placeLabels(std::span<const Wanted> labels, const Box& frame, Taken taken) {
    std::vector<Box> placed;
    std::vector<std::optional<Box>> places;
    for (const Wanted& label : labels) {
        places.push_back(placeOf(label, frame, taken, placed));
        if (!places.back()) continue;
        placed.push_back(*places.back());
        if (label.line) taken.lines.emplace_back(label.point, placed.back().nearest(label.point));
    }
    return places;
}

}  // namespace dq::report

#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace dq::report {

struct Point {
    double x = 0, y = 0;
};

struct Box {
    double left = 0, top = 0, width = 0, height = 0;

    double right() const { return left + width; }
    double bottom() const { return top + height; }
    bool overlaps(const Box& other) const;
    bool holds(const Box& other) const;
    /// Whether the straight line from a to b touches the box.
    bool crossedBy(Point a, Point b) const;
    Point nearest(Point to) const;  // of the box's own points
};

/// A label to be put beside its point.
struct Wanted {
    Point point;
    double width = 0, height = 0;
    double direction = 0.125;  // where it would best stand, in turns against the clock from the right
    double distance = 7;       // at least this far from its point
    double reach = 130;        // and at most this much farther
    bool line = true;          // whether a line leads to it; without one it may stand behind other labels
};

/// What labels must keep off.
struct Taken {
    std::vector<Box> marks;  // of all points; lines to labels keep off them too where they can
    std::vector<std::pair<Point, Point>> lines;  // for labels only
    std::vector<Point> curve;                    // a polyline, for labels and their lines
};

/// Finds each label a free place near its point, inside the frame, off what is taken, off the labels placed
/// before it and the lines that lead to them. Earlier labels choose first. Absent: there is no place.
std::vector<std::optional<Box>> placeLabels(std::span<const Wanted> labels, const Box& frame, Taken taken);

/// Farther away than this, a label needs a line that leads to it.
inline constexpr double besidePoint = 16;

}  // namespace dq::report

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/report/labels.hpp"

namespace dq::report {

/// The light theme of the explorer (its tokens), for pictures on white paper.
namespace colour {
inline constexpr const char* card = "#ffffff";
inline constexpr const char* hairline = "#d5dbe1";
inline constexpr const char* grid = "#edf0f3";
inline constexpr const char* ink = "#1f2933";
inline constexpr const char* muted = "#66727f";
inline constexpr const char* accent = "#0b7fab";
inline constexpr const char* wash = "#d4ecf5";
inline constexpr const char* uniform = "#98a2ad";
inline constexpr const char* measured = "#b4540a";
}  // namespace colour

enum class Anchor { Start, Middle, End };

struct TextStyle {
    double size = 12;
    const char* fill = colour::ink;
    Anchor anchor = Anchor::Start;
    bool bold = false;
    bool upwards = false;  // turned to be read from the right
};

/// Writes SVG elements one after another. Numbers have one decimal, texts are escaped.
class Svg {
public:
    Svg(int width, int height, std::string_view title);

    void line(Point a, Point b, const char* stroke, double width = 1, const char* dashes = "");
    void polyline(std::span<const Point> points, const char* stroke, double width, const char* clip = "");
    void box(const Box& box, const char* fill, const char* stroke = "none", double radius = 0);
    void circle(Point centre, double radius, const char* fill, const char* stroke, std::string_view tooltip);
    void square(Point centre, double half, const char* fill, std::string_view tooltip);
    void diamond(Point centre, double half, const char* fill, const char* stroke, std::string_view tooltip);
    void text(Point at, std::string_view text, const TextStyle& style = {});
    void clip(const char* name, const Box& box);
    std::string finish() &&;

private:
    std::string out_;
};

}  // namespace dq::report

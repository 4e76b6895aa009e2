#include "core/report/svg.hpp"

#include "core/report/number.hpp"
#include "core/report/svg_text.hpp"

namespace dq::report {

namespace {

std::string at(double value) {
    return fixed(value, 1);
}

std::string attribute(const char* name, std::string_view value) {
    return std::string(" ") + name + "=\"" + std::string(value) + "\"";
}

std::string titled(std::string_view tag, std::string_view tooltip) {
    if (tooltip.empty()) return "/>\n";
    return "><title>" + escaped(tooltip) + "</title></" + std::string(tag) + ">\n";
}

}  // namespace

Svg::Svg(int width, int height, std::string_view title) {
    const std::string size = std::to_string(width) + " " + std::to_string(height);
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", std::to_string(width)) +
           attribute("height", std::to_string(height)) + attribute("viewBox", "0 0 " + size) +
           " role=\"img\" font-family=\"Inter, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, "
           "sans-serif\">\n<title>" +
           escaped(title) + "</title>\n";
}

void Svg::line(Point a, Point b, const char* stroke, double width, const char* dashes) {
    out_ += "<line" + attribute("x1", at(a.x)) + attribute("y1", at(a.y)) + attribute("x2", at(b.x)) +
            attribute("y2", at(b.y)) + attribute("stroke", stroke) + attribute("stroke-width", at(width)) +
            (*dashes ? attribute("stroke-dasharray", dashes) : "") + "/>\n";
}

void Svg::polyline(std::span<const Point> points, const char* stroke, double width, const char* clip) {
    out_ += "<polyline fill=\"none\" stroke-linejoin=\"round\"" + attribute("stroke", stroke) +
            attribute("stroke-width", at(width)) +
            (*clip ? attribute("clip-path", "url(#" + std::string(clip) + ")") : "") + " points=\"";
    for (const Point& point : points)
        out_ += at(point.x) + "," + at(point.y) + " ";
    if (!points.empty()) out_.pop_back();
    out_ += "\"/>\n";
}

void Svg::box(const Box& box, const char* fill, const char* stroke, double radius) {
    out_ += "<rect" + attribute("x", at(box.left)) + attribute("y", at(box.top)) +
            attribute("width", at(box.width)) + attribute("height", at(box.height)) +
            attribute("rx", at(radius)) + attribute("fill", fill) + attribute("stroke", stroke) + "/>\n";
}

void Svg::circle(Point centre, double radius, const char* fill, const char* stroke,
                 std::string_view tooltip) {
    out_ += "<circle" + attribute("cx", at(centre.x)) + attribute("cy", at(centre.y)) +
            attribute("r", at(radius)) + attribute("fill", fill) + attribute("stroke", stroke) +
            " stroke-width=\"2\"" + titled("circle", tooltip);
}

void Svg::square(Point centre, double half, const char* fill, std::string_view tooltip) {
    out_ += "<rect" + attribute("x", at(centre.x - half)) + attribute("y", at(centre.y - half)) +
            attribute("width", at(2 * half)) + attribute("height", at(2 * half)) + attribute("fill", fill) +
            titled("rect", tooltip);
}

void Svg::diamond(Point centre, double half, const char* fill, const char* stroke, std::string_view tooltip) {
    const std::string path = "M" + at(centre.x) + " " + at(centre.y - half) + "L" + at(centre.x + half) +
                             " " + at(centre.y) + "L" + at(centre.x) + " " + at(centre.y + half) + "L" +
                             at(centre.x - half) + " " + at(centre.y) + "Z";
    out_ += "<path" + attribute("d", path) + attribute("fill", fill) + attribute("stroke", stroke) +
            " stroke-width=\"2\"" + titled("path", tooltip);
}

void Svg::text(Point where, std::string_view text, const TextStyle& style) {
    static constexpr const char* anchors[] = {"start", "middle", "end"};
    out_ +=
        "<text" + attribute("x", at(where.x)) + attribute("y", at(where.y)) +
        attribute("font-size", at(style.size)) + attribute("fill", style.fill) +
        attribute("text-anchor", anchors[static_cast<int>(style.anchor)]) +
        (style.bold ? attribute("font-weight", "600") : "") +
        (style.upwards ? attribute("transform", "rotate(-90 " + at(where.x) + " " + at(where.y) + ")") : "") +
        ">" + escaped(text) + "</text>\n";
}

void Svg::clip(const char* name, const Box& box) {
    out_ += "<clipPath" + attribute("id", name) + "><rect" + attribute("x", at(box.left)) +
            attribute("y", at(box.top)) + attribute("width", at(box.width)) +
            attribute("height", at(box.height)) + "/></clipPath>\n";
}

std::string Svg::finish() && {
    return std::move(out_) + "</svg>\n";
}

}  // namespace dq::report

#include "core/report/scatter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/report/axis.hpp"
#include "core/report/svg.hpp"
#include "core/report/svg_text.hpp"

namespace dq::report {

namespace {

constexpr int width = 640, height = 420;
constexpr Box plot{72, 40, 544, 320};
constexpr std::array<const char*, 4> colours{colour::accent, colour::measured, "#5a7d2a", "#7a4fa3"};

struct Range {
    double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();

    void add(double value) { low = std::min(low, value), high = std::max(high, value); }
    bool empty() const { return low > high; }
};

bool shown(const Scatter& scatter, const ScatterPoint& point) {
    return std::isfinite(point.x) && std::isfinite(point.y) && (!scatter.logX || point.x > 0) && (!scatter.logY || point.y > 0);
}

/// A twentieth of room at both ends.
Axis axisOf(Range range, bool logarithmic, double start, double end) {
    if (logarithmic) {
        const double room = std::max(std::pow(range.high / range.low, 0.05), 1.1);
        return {range.low / room, range.high * room, start, end, true};
    }
    const double room = std::max(0.05 * (range.high - range.low), 1e-3 * std::max(1.0, std::abs(range.high)));
    return {range.low - room, range.high + room, start, end, false};
}

std::vector<Tick> ticksOf(const Axis& axis) {
    return axis.logarithmic ? logTicks(axis.from, axis.to) : evenTicks(axis.from, axis.to, 8);
}

void drawAxes(Svg& svg, const Axis& x, const Axis& y) {
    for (const Tick& tick : ticksOf(x)) {
        svg.line({x.at(tick.value), plot.top}, {x.at(tick.value), plot.bottom()}, colour::grid);
        svg.text({x.at(tick.value), plot.bottom() + 16}, tick.label, {.size = 11, .fill = colour::muted, .anchor = Anchor::Middle});
    }
    for (const Tick& tick : ticksOf(y)) {
        svg.line({plot.left, y.at(tick.value)}, {plot.right(), y.at(tick.value)}, colour::grid);
        svg.text({plot.left - 8, y.at(tick.value) + 4}, tick.label, {.size = 11, .fill = colour::muted, .anchor = Anchor::End});
    }
    svg.box(plot, "none", colour::hairline);
}

void drawDiagonal(Svg& svg, const Axis& x, const Axis& y) {
    const double low = std::max(x.from, y.from), high = std::min(x.to, y.to);
    if (low < high) svg.line({x.at(low), y.at(low)}, {x.at(high), y.at(high)}, colour::muted, 1, "4 4");
}

void drawSeries(Svg& svg, const Scatter& scatter, const ScatterSeries& series, const char* colour, const Axis& x, const Axis& y) {
    std::vector<Point> line;
    for (const ScatterPoint& point : series.points)
        if (shown(scatter, point)) line.push_back({x.at(point.x), y.at(point.y)});
    if (series.joined) svg.polyline(line, colour, 1.5);
    for (const ScatterPoint& point : series.points)
        if (shown(scatter, point)) svg.circle({x.at(point.x), y.at(point.y)}, 3, colour, colour::card, point.tooltip);
}

void drawNames(Svg& svg, const Scatter& scatter) {
    double left = plot.left;
    for (std::size_t i = 0; i < scatter.series.size(); ++i) {
        svg.circle({left + 4, 28}, 4, colours[i % colours.size()], colour::card, "");
        svg.text({left + 14, 32}, scatter.series[i].name, {.size = 11, .fill = colour::muted});
        left += 30 + widthOf(scatter.series[i].name, 11);
    }
}

}  // namespace

std::string scatterSvg(const Scatter& scatter) {
    Svg svg(width, height, scatter.title);
    svg.box({0, 0, width, height}, colour::card);
    svg.text({plot.left, 16}, scatter.title, {.size = 13, .bold = true});
    Range xs, ys;
    for (const ScatterSeries& series : scatter.series)
        for (const ScatterPoint& point : series.points)
            if (shown(scatter, point)) xs.add(point.x), ys.add(point.y);
    if (xs.empty()) {
        svg.box(plot, "none", colour::hairline);
        svg.text({plot.left + plot.width / 2, plot.top + plot.height / 2}, "nothing to show", {.fill = colour::muted, .anchor = Anchor::Middle});
        return std::move(svg).finish();
    }
    const Axis x = axisOf(xs, scatter.logX, plot.left, plot.right()), y = axisOf(ys, scatter.logY, plot.bottom(), plot.top);
    drawAxes(svg, x, y);
    if (scatter.diagonal) drawDiagonal(svg, x, y);
    for (std::size_t i = 0; i < scatter.series.size(); ++i) drawSeries(svg, scatter, scatter.series[i], colours[i % colours.size()], x, y);
    drawNames(svg, scatter);
    svg.text({plot.left + plot.width / 2, height - 16.0}, scatter.xLabel, {.size = 12, .fill = colour::muted, .anchor = Anchor::Middle});
    svg.text({18, plot.top + plot.height / 2}, scatter.yLabel, {.size = 12, .fill = colour::muted, .anchor = Anchor::Middle, .upwards = true});
    return std::move(svg).finish();
}

}  // namespace dq::report

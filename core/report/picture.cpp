#include "core/report/picture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/report/front_svg.hpp"

namespace dq::report {

namespace {

constexpr double leftMargin = 84, rightMargin = 28, topMargin = 92, bottomMargin = 58;

struct Range {
    double from = std::numeric_limits<double>::infinity(), to = 0;

    void take(double value) {
        from = std::min(from, value);
        to = std::max(to, value);
    }
};

/// What must be seen: both ends of the front, the uniform formats, the knee, the choice, what was measured.
std::vector<allocate::Vertex> landmarks(const allocate::Front& front, const SvgOptions& options) {
    std::vector<allocate::Vertex> all{front.vertices().front(), front.vertices()[front.knee().vertex]};
    for (const auto& [format, choice] : uniformsOf(front))
        all.push_back({choice.bytes, choice.loss});
    if (options.chosen) all.push_back({options.chosen->bytes, options.chosen->loss});
    for (const MeasuredMark& mark : options.measured) all.push_back({mark.bytes, mark.kl});
    return all;
}

Axis sizeAxis(const std::vector<allocate::Vertex>& landmarks, Bytes largest, const Box& plot) {
    Range range;
    range.take(static_cast<double>(largest));
    for (const allocate::Vertex& one : landmarks)
        range.take(static_cast<double>(one.bytes));
    const double pad = std::max(1.0, 0.03 * (range.to - range.from));
    return {range.from - pad, range.to + pad, plot.left, plot.right(), false};
}

/// The tail of a front falls for ever towards the formats that lose nothing: the axis ends a little below the
/// best landmark that loses something.
Axis lossAxis(const std::vector<allocate::Vertex>& landmarks, bool logarithmic, const Box& plot) {
    Range range;
    for (const allocate::Vertex& one : landmarks)
        if (one.loss > 0) range.take(one.loss);
    if (!(range.to > 0)) return {0, 1, plot.bottom(), plot.top, false};
    if (!logarithmic) return {0, 1.06 * range.to, plot.bottom(), plot.top, false};
    const double room = std::max(2.0, std::pow(range.to / range.from, 0.06));
    return {std::max(range.from / room, std::numeric_limits<double>::min()), range.to * room, plot.bottom(),
            plot.top, true};
}

}  // namespace

std::vector<std::pair<int, allocate::Choice>> uniformsOf(const allocate::Front& front) {
    std::vector<std::pair<int, allocate::Choice>> all;
    for (std::size_t f = 0; f < front.problem().formats.size(); ++f)
        if (auto choice = front.uniform(static_cast<int>(f)))
            all.emplace_back(static_cast<int>(f), std::move(*choice));
    return all;
}

Picture pictureOf(const allocate::Front& front, const SvgOptions& options) {
    Picture picture;
    picture.plot = {leftMargin, topMargin, std::max(100.0, options.width - leftMargin - rightMargin),
                    std::max(100.0, options.height - topMargin - bottomMargin)};
    const auto shown = landmarks(front, options);
    picture.size = sizeAxis(shown, front.vertices().back().bytes, picture.plot);
    picture.loss = lossAxis(shown, options.logLoss, picture.plot);
    picture.unit = "bytes";
    for (const char* name : {"KiB", "MiB", "GiB", "TiB"}) {
        if (picture.size.to < 1024 * picture.bytesPerUnit) break;
        picture.bytesPerUnit *= 1024;
        picture.unit = name;
    }
    return picture;
}

Point Picture::at(Bytes bytes, double value) const {
    return {size.at(static_cast<double>(bytes)), value <= loss.from ? plot.bottom() : loss.at(value)};
}

std::vector<Point> Picture::curve(const allocate::Front& front, double spacing) const {
    const auto vertices = front.vertices();
    std::vector<Point> points;
    for (std::size_t v = 0; v < vertices.size(); ++v) {
        const double lossHere = std::max(vertices[v].loss, loss.logarithmic ? loss.from * 1e-3 : 0);
        const Point here{size.at(static_cast<double>(vertices[v].bytes)), loss.at(lossHere)};
        if (points.empty() || v + 1 == vertices.size() ||
            std::hypot(here.x - points.back().x, here.y - points.back().y) >= spacing)
            points.push_back(here);
    }
    return points;
}

}  // namespace dq::report

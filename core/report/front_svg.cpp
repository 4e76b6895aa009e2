#include "core/report/front_svg.hpp"

#include <algorithm>
#include <cmath>

#include "core/report/compared.hpp"
#include "core/report/picture.hpp"
#include "core/report/svg.hpp"
#include "core/report/svg_text.hpp"

namespace dq::report {

namespace {

enum class Sign { Chosen, Knee, Uniform };

/// A point of the picture with what is written beside it.
struct Mark {
    Sign sign;
    Point point;
    std::vector<std::string> lines;

    double textSize() const { return sign == Sign::Chosen ? 12 : 11; }
    double lineHeight() const { return textSize() + 4; }
    double padding() const { return sign == Sign::Chosen ? 8 : 1; }
    std::string tooltip() const { return lines.size() > 1 ? lines[0] + ", " + lines[1] : lines[0]; }
};

std::string bits(const allocate::Front& front, Bytes bytes) {
    return showNumber(front.problem().bitsPerWeight(bytes));
}

std::string lossText(const Subject& subject, double loss) {
    return "loss " + showNumber(loss) + (subject.unit.empty() ? "" : " " + subject.unit);
}

Mark chosenMark(const allocate::Front& front, const Subject& subject, const Picture& picture,
                const allocate::Choice& choice) {
    const double gap = choice.gap();
    const std::string optimality = std::isfinite(gap) ? " \u00b7 gap " + showNumber(100 * gap) + " %" : "";
    return {Sign::Chosen,
            picture.at(choice.bytes, choice.loss),
            {"chosen " + showBytes(choice.bytes) + " \u00b7 " + bits(front, choice.bytes) + " b/w",
             lossText(subject, choice.loss) + optimality}};
}

Mark kneeMark(const allocate::Front& front, const Picture& picture) {
    const allocate::Knee knee = front.knee();
    const allocate::Vertex& vertex = front.vertices()[knee.vertex];
    return {Sign::Knee,
            picture.at(vertex.bytes, vertex.loss),
            {"knee " + bits(front, vertex.bytes) + " b/w",
             "of " + bits(front, knee.from) + "\u2013" + bits(front, knee.to)}};
}

std::vector<Mark> marksOf(const allocate::Front& front, const Subject& subject, const Picture& picture,
                          const SvgOptions& options) {
    std::vector<Mark> marks;
    if (front.vertices().size() > 2) marks.push_back(kneeMark(front, picture));
    for (const auto& [format, choice] : uniformsOf(front)) {
        Mark mark{Sign::Uniform,
                  picture.at(choice.bytes, choice.loss),
                  {front.problem().formats[static_cast<std::size_t>(format)]}};
        if (choice.loss == 0) mark.lines[0] += ": no loss";
        marks.push_back(std::move(mark));
    }
    if (options.chosen) marks.push_back(chosenMark(front, subject, picture, *options.chosen));
    return marks;
}

void drawHead(Svg& svg, const allocate::Front& front, const Subject& subject, bool measured, const Picture& picture) {
    const std::size_t formats = front.problem().formats.size();
    svg.text({24, 30}, subject.model, {.size = 15, .bold = true});
    svg.text({24, 50},
             "metric " + subject.metric + " \u00b7 palette " + subject.palette + ", " +
                 std::to_string(formats) + (formats == 1 ? " format" : " formats") + " \u00b7 " +
                 std::to_string(front.problem().matrices) + " matrices",
             {.fill = colour::muted});
    const double middle = picture.plot.left + picture.plot.width / 2;
    svg.text({middle, picture.plot.bottom() + 42}, "size of all tensors, " + picture.unit,
             {.anchor = Anchor::Middle});
    svg.text({middle, picture.plot.top - 24}, "bits per weight",
             {.fill = colour::muted, .anchor = Anchor::Middle});
    svg.text({22, picture.plot.top + picture.plot.height / 2},
             std::string(measured ? "predicted loss and measured KL, " : "predicted loss, ") + (subject.unit.empty() ? "no unit" : subject.unit),
             {.anchor = Anchor::Middle, .upwards = true});
}

void drawSizeTicks(Svg& svg, const allocate::Front& front, const Picture& picture) {
    const Box& plot = picture.plot;
    for (const Tick& tick :
         evenTicks(picture.size.from / picture.bytesPerUnit, picture.size.to / picture.bytesPerUnit, 10)) {
        const double x = picture.size.at(tick.value * picture.bytesPerUnit);
        svg.line({x, plot.top}, {x, plot.bottom()}, colour::grid);
        svg.text({x, plot.bottom() + 18}, tick.label,
                 {.size = 11, .fill = colour::muted, .anchor = Anchor::Middle});
    }
    const allocate::Problem& problem = front.problem();
    if (problem.weights <= 0) return;
    const auto bitsAt = [&](double bytes) {
        return 8 * (bytes - static_cast<double>(problem.passthrough)) / static_cast<double>(problem.weights);
    };
    for (const Tick& tick : evenTicks(bitsAt(picture.size.from), bitsAt(picture.size.to), 14)) {
        const double bytes =
            tick.value * static_cast<double>(problem.weights) / 8 + static_cast<double>(problem.passthrough);
        const double x = picture.size.at(bytes);
        svg.line({x, plot.top - 4}, {x, plot.top}, colour::uniform);
        svg.text({x, plot.top - 8}, tick.label,
                 {.size = 11, .fill = colour::muted, .anchor = Anchor::Middle});
    }
}

void drawLossTicks(Svg& svg, const Picture& picture) {
    const Axis& axis = picture.loss;
    for (const Tick& tick :
         axis.logarithmic ? logTicks(axis.from, axis.to) : evenTicks(axis.from, axis.to, 8)) {
        const double y = axis.at(tick.value);
        svg.line({picture.plot.left, y}, {picture.plot.right(), y}, colour::grid);
        svg.text({picture.plot.left - 8, y + 4}, tick.label,
                 {.size = 11, .fill = colour::muted, .anchor = Anchor::End});
    }
}

void drawMark(Svg& svg, const Mark& mark) {
    if (mark.sign == Sign::Uniform) svg.square(mark.point, 4, colour::uniform, mark.tooltip());
    if (mark.sign == Sign::Knee) svg.diamond(mark.point, 7, colour::card, colour::accent, mark.tooltip());
    if (mark.sign == Sign::Chosen) svg.circle(mark.point, 6, colour::accent, colour::card, mark.tooltip());
}

void drawLabel(Svg& svg, const Mark& mark, const Box& box) {
    const Point end = box.nearest(mark.point);
    const double away = std::hypot(end.x - mark.point.x, end.y - mark.point.y);
    if (away > besidePoint && mark.sign != Sign::Chosen)
        svg.line(mark.point, end, mark.sign == Sign::Uniform ? colour::hairline : colour::accent);
    const bool isCard = mark.sign == Sign::Chosen;
    if (isCard) svg.box(box, colour::card, colour::accent, 6);
    for (std::size_t i = 0; i < mark.lines.size(); ++i) {
        const double y =
            box.top + mark.padding() + mark.lineHeight() * static_cast<double>(i) + mark.textSize();
        const char* const fill = i > 0 || mark.sign == Sign::Uniform ? colour::muted
                                 : isCard                            ? colour::ink
                                                                     : colour::accent;
        // Against its point, so that a font narrower than guessed leaves no hole there.
        const bool leftOfPoint = !isCard && box.right() < mark.point.x;
        const Anchor anchor = leftOfPoint ? Anchor::End : Anchor::Start;
        svg.text({leftOfPoint ? box.right() - mark.padding() : box.left + mark.padding(), y}, mark.lines[i],
                 {.size = mark.textSize(), .fill = fill, .anchor = anchor, .bold = isCard && i == 0});
    }
}

Wanted wantedFor(const Mark& mark) {
    double width = 0;
    for (const std::string& line : mark.lines)
        width = std::max(width, widthOf(line, mark.textSize()));
    Wanted wanted{mark.point, width + 2 * mark.padding(),
                  mark.lineHeight() * static_cast<double>(mark.lines.size()) + 2 * mark.padding() - 2};
    if (mark.sign == Sign::Knee) wanted.direction = 0.625;  // below the front there is only the knee
    if (mark.sign == Sign::Chosen) {  // comes last; its cross-hairs say what it belongs to
        wanted.distance = 40;
        wanted.reach = 400;
        wanted.line = false;
    }
    return wanted;
}

void drawMarks(Svg& svg, const std::vector<Mark>& marks, const Box& frame, Taken taken) {
    std::vector<Wanted> wanted;
    for (const Mark& mark : marks) {
        wanted.push_back(wantedFor(mark));
        const double half = mark.sign == Sign::Uniform ? 5 : 8;
        taken.marks.push_back({mark.point.x - half, mark.point.y - half, 2 * half, 2 * half});
    }
    const auto places = placeLabels(wanted, frame, std::move(taken));
    for (std::size_t i = 0; i < marks.size(); ++i)
        if (places[i]) drawLabel(svg, marks[i], *places[i]);
    for (const Sign sign : {Sign::Uniform, Sign::Knee, Sign::Chosen})  // the choice above all others
        for (const Mark& mark : marks)
            if (mark.sign == sign) drawMark(svg, mark);
}

/// Whiskers over the interval, a dot at the mean; below the frame nothing is drawn.
void drawMeasured(Svg& svg, const Picture& picture, const MeasuredMark& mark) {
    const Point low = picture.at(mark.bytes, mark.low), high = picture.at(mark.bytes, mark.high);
    svg.line(low, high, colour::measured, 1.5);
    for (const Point& end : {low, high}) svg.line({end.x - 3, end.y}, {end.x + 3, end.y}, colour::measured, 1.5);
    svg.circle(picture.at(mark.bytes, mark.kl), 3, colour::measured, colour::measured,
               mark.name + ": measured " + showNumber(mark.kl) + " [" + showNumber(mark.low) + ", " + showNumber(mark.high) + "]");
}

/// From the right: what each sign means.
void drawLegend(Svg& svg, const std::vector<Mark>& marks, bool measured, double right) {
    constexpr double y = 26;
    const auto item = [&](const char* text) {
        right -= widthOf(text, 12);
        svg.text({right, y + 4}, text, {.fill = colour::muted});
        right -= 12;
    };
    for (const auto& [kind, text] : {std::pair(Sign::Chosen, "chosen"), std::pair(Sign::Knee, "knee"),
                                     std::pair(Sign::Uniform, "uniform formats")}) {
        const Sign wanted = kind;
        if (std::none_of(marks.begin(), marks.end(),
                         [wanted](const Mark& mark) { return mark.sign == wanted; }))
            continue;
        item(text);
        drawMark(svg, {kind, {right, y}, {text}});
        right -= 24;
    }
    if (measured) {
        item("measured, 95 %");
        svg.circle({right, y}, 3, colour::measured, colour::measured, "measured");
        right -= 24;
    }
    item("front");
    svg.line({right - 16, y}, {right, y}, colour::accent, 2);
}

}  // namespace

std::string frontSvg(const allocate::Front& front, const Subject& subject, const SvgOptions& options) {
    const Picture picture = pictureOf(front, options);
    const Box& plot = picture.plot;
    const std::vector<Mark> marks = marksOf(front, subject, picture, options);
    Svg svg(options.width, options.height, subject.model + ": predicted loss against size");
    svg.box({0, 0, static_cast<double>(options.width), static_cast<double>(options.height)}, colour::card);
    drawHead(svg, front, subject, !options.measured.empty(), picture);
    drawLegend(svg, marks, !options.measured.empty(), plot.right());
    drawSizeTicks(svg, front, picture);
    drawLossTicks(svg, picture);
    svg.box(plot, "none", colour::hairline);
    svg.clip("plot", plot);
    drawCompared(svg, picture, options.compared);
    svg.polyline(picture.curve(front, 0.7), colour::accent, 2, "plot");
    Taken taken{{}, {}, picture.curve(front, 4)};
    if (!options.compared.empty()) taken.marks.push_back(nameListOf(picture, options.compared));
    if (options.chosen) {
        const Point point = picture.at(options.chosen->bytes, options.chosen->loss);
        taken.lines = {{point, {point.x, plot.bottom()}}, {point, {plot.left, point.y}}};
        for (const auto& [from, to] : taken.lines)
            svg.line(from, to, colour::accent, 1, "2 3");
    }
    for (const MeasuredMark& mark : options.measured) drawMeasured(svg, picture, mark);
    for (const MeasuredMark& mark : options.measured) {
        const Point point = picture.at(mark.bytes, mark.kl);
        taken.marks.push_back({point.x - 5, point.y - 5, 10, 10});
    }
    drawMarks(svg, marks, {plot.left + 4, plot.top + 4, plot.width - 8, plot.height - 8}, std::move(taken));
    return std::move(svg).finish();
}

}  // namespace dq::report

#include <QStringList>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/allocate/theory.hpp"
#include "ui/session/session.hpp"

namespace dq::ui {

FrontPicture pictureOf(const allocate::Front& front, const allocate::Front& whole,
                       const std::string& lossUnit);

namespace {

constexpr double drawnSteps =
    300;  // along each axis: a 2 px line of more than 600 points costs more than it shows
constexpr std::size_t priceSteps = 96;

void addLine(FrontPicture& picture, std::span<const allocate::Vertex> vertices) {
    for (const allocate::Vertex& vertex : vertices)
        if (vertex.loss > 0) picture.smallestLoss = vertex.loss;  // falling: the last one stays
    const auto height = [&](const allocate::Vertex& vertex) {
        return std::max(vertex.loss, picture.smallestLoss / 2);
    };
    const double range = static_cast<double>(vertices.back().bytes - vertices.front().bytes);
    const double wide = range / drawnSteps;
    // A step down is a ratio on a logarithmic axis: no logarithm for each of a hundred thousand vertices.
    const double shrunk = picture.smallestLoss > 0
                              ? std::pow(height(vertices.back()) / height(vertices.front()), 1 / drawnSteps)
                              : 1;
    // A point is kept once it is a step away from the last one kept, to the right or down.
    const allocate::Vertex* last = nullptr;
    for (const allocate::Vertex& vertex : vertices) {
        const bool near = last && static_cast<double>(vertex.bytes - last->bytes) < wide && shrunk < 1 &&
                          height(vertex) > height(*last) * shrunk;
        if (near && &vertex != &vertices.back()) continue;
        picture.bytes.push_back(static_cast<double>(vertex.bytes));
        picture.loss.push_back(vertex.loss);
        last = &vertex;
    }
}

void addUniforms(FrontPicture& picture, const allocate::Front& front) {
    const allocate::Problem& problem = front.problem();
    for (std::size_t f = 0; f < problem.formats.size(); ++f)
        if (const auto choice = front.uniform(static_cast<int>(f)))
            picture.uniforms.push_back({text(problem.formats[f]),
                                        {},
                                        static_cast<double>(choice->bytes),
                                        choice->loss,
                                        problem.bitsPerWeight(choice->bytes),
                                        allocate::bitsSavedAgainst(front, static_cast<int>(f)).value_or(0)});
}

/// Formats that differ in group size only lie side by side: one label for all of them, at the middle one.
void labelUniforms(FrontPicture& picture) {
    std::map<QString, std::vector<FrontPicture::Uniform*>> families;
    for (FrontPicture::Uniform& one : picture.uniforms)
        families[formatFamily(one.format)].push_back(&one);
    for (auto& [family, members] : families) {
        std::sort(members.begin(), members.end(),
                  [](const auto* a, const auto* b) { return a->bytes < b->bytes; });
        QStringList groups;
        for (const FrontPicture::Uniform* member : members)
            groups << member->format.section("-g", 1, 1).section('-', 0, 0);
        groups.removeDuplicates();  // scales may be chosen in two ways
        members[members.size() / 2]->label =
            members.size() == 1 ? members.front()->format : family + " g" + groups.join('/');
    }
}

FrontPicture::KneeMark kneeMark(const allocate::Front& front) {
    const allocate::Knee knee = front.knee();
    const allocate::Vertex& vertex = front.vertices()[std::min(knee.vertex, front.vertices().size() - 1)];
    const auto bits = [&](Bytes bytes) { return front.problem().bitsPerWeight(bytes); };
    return {vertex.bytes, vertex.loss, bits(vertex.bytes), bits(knee.from), bits(knee.to)};
}

/// How much a byte buys along the budget bar, on a logarithmic scale: prices fall over many decades.
void addPrices(FrontPicture& picture, const allocate::Front& front) {
    const auto vertices = front.vertices();
    std::vector<double> slopes;
    const double from = picture.bytes.front(), range = picture.bytes.back() - from;
    for (std::size_t i = 0; i < priceSteps && range > 0; ++i) {
        const double at = from + range * (static_cast<double>(i) + 0.5) / priceSteps;
        const std::size_t below = std::min(front.vertexBelow(static_cast<Bytes>(at)),
                                           std::max<std::size_t>(vertices.size(), 2) - 2);
        const allocate::Vertex &a = vertices[below], &b = vertices[below + 1];
        slopes.push_back((a.loss - b.loss) / static_cast<double>(std::max<Bytes>(b.bytes - a.bytes, 1)));
    }
    double low = 0, high = 0;
    for (const double slope : slopes)
        if (slope > 0) low = low == 0 ? slope : std::min(low, slope), high = std::max(high, slope);
    for (const double slope : slopes)
        picture.relativePrice.push_back(
            slope <= 0 || high <= low ? 0 : std::log(slope / low) / std::log(high / low));
}

}  // namespace

QString FrontPicture::KneeMark::label() const {
    return Session::tr("knee %1 b/w (%2–%3)").arg(numberText(bits, 2), numberText(from, 2), numberText(to, 2));
}

/// Uniform formats are those of the whole problem: a pinned matrix must not make them vanish.
FrontPicture pictureOf(const allocate::Front& front, const allocate::Front& whole,
                       const std::string& lossUnit) {
    FrontPicture picture;
    if (front.vertices().empty()) return picture;
    picture.passthrough = static_cast<double>(front.problem().passthrough);
    picture.weights = static_cast<double>(front.problem().weights);
    addLine(picture, front.vertices());
    addUniforms(picture, whole);
    labelUniforms(picture);
    picture.knee = kneeMark(front);
    addPrices(picture, front);
    if (!lossUnit.empty()) {
        const allocate::Choice typical = front.at(picture.knee.bytes);
        const double matrices = std::max<double>(1, static_cast<double>(front.problem().matrices));
        picture.column = lossUnitFor(typical.loss / matrices);
        picture.price = lossUnitFor(typical.price * 1e6);
    }
    return picture;
}

}  // namespace dq::ui

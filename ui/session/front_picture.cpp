#include <algorithm>
#include <cmath>

#include "ui/session/explored.hpp"

namespace dq::ui {

FrontPicture pictureOf(const allocate::Front& front, const std::string& lossUnit);

namespace {

constexpr std::size_t mostPoints = 600;   // a 2 px line of more costs more than it shows (TOOLCHAIN)
constexpr std::size_t priceSteps = 96;

void addLine(FrontPicture& picture, std::span<const allocate::Vertex> vertices) {
    const std::size_t stride = std::max<std::size_t>(1, (vertices.size() + mostPoints - 1) / mostPoints);
    for (std::size_t i = 0; i < vertices.size(); i += stride) {
        picture.bytes.push_back(static_cast<double>(vertices[i].bytes));
        picture.loss.push_back(vertices[i].loss);
    }
    if ((vertices.size() - 1) % stride != 0) {
        picture.bytes.push_back(static_cast<double>(vertices.back().bytes));
        picture.loss.push_back(vertices.back().loss);
    }
    for (const allocate::Vertex& vertex : vertices)
        if (vertex.loss > 0) picture.smallestLoss = vertex.loss;  // falling: the last one stays
}

void addUniforms(FrontPicture& picture, const allocate::Front& front) {
    const allocate::Problem& problem = front.problem();
    for (std::size_t f = 0; f < problem.formats.size(); ++f)
        if (const auto choice = front.uniform(static_cast<int>(f)))
            picture.uniforms.push_back({text(problem.formats[f]), static_cast<double>(choice->bytes), choice->loss,
                                        problem.bitsPerWeight(choice->bytes)});
}

FrontPicture::KneeMark kneeMark(const allocate::Front& front, bool logLoss) {
    const allocate::Knee knee = front.knee(logLoss);
    const allocate::Vertex& vertex = front.vertices()[std::min(knee.vertex, front.vertices().size() - 1)];
    const auto bits = [&](Bytes bytes) { return numberText(front.problem().bitsPerWeight(bytes), 2); };
    return {vertex.bytes, vertex.loss,
            QStringLiteral("knee %1 b/w (%2–%3)").arg(bits(vertex.bytes), bits(knee.from), bits(knee.to))};
}

/// How much a byte buys along the budget bar, on a logarithmic scale: prices fall over many decades.
void addPrices(FrontPicture& picture, const allocate::Front& front) {
    const auto vertices = front.vertices();
    std::vector<double> slopes;
    const double from = picture.bytes.front(), range = picture.bytes.back() - from;
    for (std::size_t i = 0; i < priceSteps && range > 0; ++i) {
        const double at = from + range * (static_cast<double>(i) + 0.5) / priceSteps;
        const std::size_t below =
            std::min(front.vertexBelow(static_cast<Bytes>(at)), std::max<std::size_t>(vertices.size(), 2) - 2);
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

FrontPicture pictureOf(const allocate::Front& front, const std::string& lossUnit) {
    FrontPicture picture;
    if (front.vertices().empty()) return picture;
    addLine(picture, front.vertices());
    addUniforms(picture, front);
    picture.linearKnee = kneeMark(front, false);
    picture.logKnee = kneeMark(front, true);
    addPrices(picture, front);
    if (!lossUnit.empty()) {
        const allocate::Choice typical = front.at(picture.logKnee.bytes);
        const double matrices = std::max<double>(1, static_cast<double>(front.problem().matrices));
        picture.column = lossUnitFor(typical.loss / matrices);
        picture.price = lossUnitFor(typical.price * 1e6);
    }
    return picture;
}

}  // namespace dq::ui

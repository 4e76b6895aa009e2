#include "core/flow/allocating.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace dq::flow {

namespace {

allocate::Choice byLoss(const allocate::Front& front, double loss) {
    if (const auto vertex = front.reaching(loss)) return front.atVertex(*vertex);
    const auto vertices = front.vertices();
    throw Error(Kind::Input, "no choice of formats reaches a loss of " + showNumber(loss) +
                                 ": the front runs from " + showNumber(vertices.front().loss) + " down to " +
                                 showNumber(vertices.back().loss));
}

allocate::Choice byFormat(const allocate::Front& front, const std::string& name) {
    const std::vector<std::string>& formats = front.problem().formats;
    const auto found = std::find(formats.begin(), formats.end(), name);
    if (found != formats.end())
        if (auto choice = front.uniform(static_cast<int>(found - formats.begin()))) return *choice;
    throw Error(Kind::Input, "not every matrix can be stored as " + name + " with this palette");
}

allocate::Choice byBits(const allocate::Front& front, double bits) {
    if (!(bits > 0 && bits <= 64))
        throw Error(Kind::Input, showNumber(bits) + " bits per weight is no budget: give a number above 0");
    return front.at(front.problem().budgetFor(bits));
}

}  // namespace

std::shared_ptr<const allocate::Front> frontOf(const measure::Measurements& table, const std::string& palette,
                                               quality::Metric metric, allocate::Grouping grouping) {
    return allocate::Front::of(std::make_shared<const allocate::Problem>(allocate::problemOf(
        table, quality::lossTable(table, metric), format::palette(palette), grouping)));
}

allocate::Choice choose(const allocate::Front& front, const Ask& ask) {
    if (const auto* size = std::get_if<BySize>(&ask)) return front.at(size->bytes);
    if (const auto* bits = std::get_if<ByBits>(&ask)) return byBits(front, bits->bitsPerWeight);
    if (const auto* loss = std::get_if<ByLoss>(&ask)) return byLoss(front, loss->loss);
    if (const auto* uniform = std::get_if<ByFormat>(&ask)) return byFormat(front, uniform->format);
    return front.atVertex(front.knee().vertex);
}

recipe::Recipe allocate(const measure::Measurements& table, const std::string& palette, quality::Metric metric,
                        const Ask& ask) {
    const auto front = frontOf(table, palette, metric);
    return recipe::recipeOf(table, front->problem(), choose(*front, ask), quality::metricName(metric));
}

}  // namespace dq::flow

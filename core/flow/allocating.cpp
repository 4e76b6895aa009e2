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
    return front.exact(front.problem().budgetFor(bits));
}

/// Gains found on one table say nothing of another.
void requireSameTable(const quality::Correction& correction, const measure::Measurements& table) {
    if (correction.table != table.key.hex())
        throw Error(Kind::Input, "the correction was made for table " + correction.table + ", not for " + table.key.hex() + " of " +
                                     table.modelName + ": run validate again");
}

}  // namespace

std::shared_ptr<const allocate::Front> frontOf(const measure::Measurements& table, const std::string& palette,
                                               quality::Metric metric, allocate::Grouping grouping) {
    return frontOf(table, palette, metric, View{.grouping = grouping});
}

allocate::KvCache cacheOf(const model::Architecture& architecture) {
    allocate::KvCache cache{.kvHeads = architecture.kvHeads, .headSize = architecture.headDim};
    std::int64_t linear = 0;
    for (std::int64_t block = 0; block < architecture.blocks; ++block) {
        const model::Attention attention = architecture.kind(block).attention;
        linear += attention == model::Attention::Linear;
        cache.slidingLayers += attention == model::Attention::Sliding;
    }
    cache.layers = architecture.blocks - linear - cache.slidingLayers;
    cache.window = cache.slidingLayers > 0 ? architecture.window : 0;
    const model::DeltaRule& delta = architecture.delta;
    const std::int64_t memory = delta.valueHeads * delta.keyDim * delta.valueDim;
    const std::int64_t tail = (2 * delta.keys() + delta.values()) * std::max<std::int64_t>(delta.kernel - 1, 0);
    cache.state = linear * 4 * (memory + tail);
    return cache;
}

std::shared_ptr<const allocate::Front> frontOf(const measure::Measurements& table, const std::string& palette,
                                               quality::Metric metric, const View& view) {
    quality::LossTable losses = quality::lossTable(table, metric);
    if (view.correction) {
        requireSameTable(*view.correction, table);
        losses = quality::corrected(std::move(losses), table.formats, *view.correction);
    }
    const auto front = allocate::Front::of(std::make_shared<const allocate::Problem>(
        allocate::problemOf(table, losses, format::palette(palette), view.grouping)));
    if (view.constraints.empty()) return front;
    return front->restricted(allocate::restrictionsOf(front->problem(), table, view.constraints));
}

allocate::Choice choose(const allocate::Front& front, const Ask& ask) {
    if (const auto* size = std::get_if<BySize>(&ask)) return front.exact(size->bytes);
    if (const auto* bits = std::get_if<ByBits>(&ask)) return byBits(front, bits->bitsPerWeight);
    if (const auto* loss = std::get_if<ByLoss>(&ask)) return byLoss(front, loss->loss);
    if (const auto* uniform = std::get_if<ByFormat>(&ask)) return byFormat(front, uniform->format);
    if (const auto* card = std::get_if<ByCard>(&ask)) return front.exact(allocate::roomOn(card->card, card->cache));
    return front.atVertex(front.knee().vertex);
}

recipe::Recipe allocate(const measure::Measurements& table, const std::string& palette, quality::Metric metric,
                        const Ask& ask, const View& view) {
    const auto front = frontOf(table, palette, metric, view);
    recipe::Recipe recipe = recipe::recipeOf(table, front->problem(), choose(*front, ask), quality::metricName(metric));
    if (view.correction) {
        recipe.predictedLoss = view.correction->bent(recipe.predictedLoss);
        recipe.bound = view.correction->bent(recipe.bound);
    }
    return recipe;
}

}  // namespace dq::flow

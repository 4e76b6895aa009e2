#include "core/flow/allocating.hpp"

#include <algorithm>
#include <cmath>

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

Bytes budgetFor(const allocate::Front& front, double bits) {
    if (!(bits > 0 && bits <= 64))
        throw Error(Kind::Input, showNumber(bits) + " bits per weight is no budget: give a number above 0");
    return front.problem().budgetFor(bits);
}

/// The bytes an ask leaves; asks that are answered whatever the size have none.
Bytes budgetOf(const allocate::Front& front, const Ask& ask) {
    if (const auto* size = std::get_if<BySize>(&ask)) return size->bytes;
    if (const auto* bits = std::get_if<ByBits>(&ask)) return budgetFor(front, bits->bitsPerWeight);
    if (const auto* card = std::get_if<ByCard>(&ask)) return allocate::roomOn(card->card, card->cache);
    if (std::holds_alternative<ByKnee>(ask)) return front.vertices()[front.knee().vertex].bytes;
    if (std::holds_alternative<ByLargest>(ask)) return front.vertices().back().bytes;
    throw Error(Kind::Input, "a limit of time goes with a size, bits, a card or the knee, not with a loss or a uniform format");
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

allocate::Pace paceOf(const model::Architecture& architecture, const allocate::KvCache& cache, double bytesPerSecond,
                      double tokensPerSecond) {
    if (!(tokensPerSecond > 0 && std::isfinite(tokensPerSecond)))
        throw Error(Kind::Input, showNumber(tokensPerSecond) + " tokens a second: give a number above 0");
    if (!(bytesPerSecond > 0 && std::isfinite(bytesPerSecond)))
        throw Error(Kind::Input, "a memory of " + showNumber(bytesPerSecond / 1e9) + " GB/s: give a number above 0");
    allocate::Pace pace{bytesPerSecond, 1 / tokensPerSecond, allocate::cacheBytes(cache), 1};
    if (architecture.experts.count > 0) {
        const double sentTo = static_cast<double>(architecture.experts.perToken) / static_cast<double>(architecture.experts.count);
        pace.activeExperts = 1 - std::pow(1 - sentTo, static_cast<double>(cache.batch));
    }
    return pace;
}

std::shared_ptr<const allocate::Front> frontOf(const measure::Measurements& table, const std::string& palette,
                                               quality::Metric metric, const View& view) {
    quality::LossTable losses = quality::lossTable(table, metric);
    if (view.correction) {
        requireSameTable(*view.correction, table);
        losses = quality::corrected(std::move(losses), table, *view.correction);
    }
    const auto front = allocate::Front::of(std::make_shared<const allocate::Problem>(
        allocate::problemOf(table, losses, format::palette(palette), view.grouping)));
    if (view.constraints.empty()) return front;
    return front->restricted(allocate::restrictionsOf(front->problem(), table, view.constraints));
}

allocate::Choice choose(const allocate::Front& front, const Ask& ask) {
    if (const auto* loss = std::get_if<ByLoss>(&ask)) return byLoss(front, loss->loss);
    if (const auto* uniform = std::get_if<ByFormat>(&ask)) return byFormat(front, uniform->format);
    if (std::holds_alternative<ByKnee>(ask)) return front.atVertex(front.knee().vertex);
    return front.exact(budgetOf(front, ask));
}

allocate::TimedChoice choose(const allocate::Front& front, const Ask& ask, const allocate::Traffic& traffic, double secondsPerToken) {
    return allocate::within(front, traffic, budgetOf(front, ask), secondsPerToken);
}

double secondsOf(const recipe::Recipe& recipe, const measure::Measurements& table, const allocate::Pace& pace) {
    const std::vector<double> shares = allocate::sharesOf(table, pace.activeExperts);
    double moved = static_cast<double>(table.passthroughBytes + pace.cached);
    for (std::size_t m = 0; m < table.rows.size(); ++m) {
        const auto at = std::find(table.formats.begin(), table.formats.end(), recipe.entries.at(m).format);
        const auto column = static_cast<std::size_t>(at - table.formats.begin());
        moved += shares[m] * static_cast<double>(table.rows[m].bytes.at(column)) / pace.costs.of(*at);
    }
    return moved / pace.bytesPerSecond + pace.besides;
}

recipe::Recipe allocate(const measure::Measurements& table, const std::string& palette, quality::Metric metric,
                        const Ask& ask, const View& view) {
    const auto front = frontOf(table, palette, metric, view);
    const allocate::Choice choice =
        view.pace ? choose(*front, ask, allocate::trafficOf(front->problem(), table, *view.pace), view.pace->secondsPerToken).choice
                  : choose(*front, ask);
    recipe::Recipe recipe = recipe::recipeOf(table, front->problem(), choice, quality::metricName(metric));
    if (view.correction) {
        recipe.predictedLoss = view.correction->bent(recipe.predictedLoss);
        recipe.bound = view.correction->bent(recipe.bound);
    }
    return recipe;
}

}  // namespace dq::flow

#include "core/allocate/card.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/base/error.hpp"

namespace dq::allocate {

namespace {

void require(std::int64_t value, std::int64_t least, const std::string& what) {
    constexpr std::int64_t most = std::int64_t{1} << 40;
    if (value >= least && value <= most) return;
    throw Error(Kind::Input, what + " " + std::to_string(value) + ": give a number from " +
                                 std::to_string(least) + " to " + std::to_string(most));
}

constexpr double mostBytes = 4.6e18;  // half of what 63 bits hold

Bytes whole(double bytes, const char* what) {
    if (!(bytes < mostBytes)) throw Error(Kind::Input, std::string(what) + ": more bytes than 63 bits hold");
    return static_cast<Bytes>(std::ceil(bytes));
}

}  // namespace

Bytes cacheBytes(const KvCache& cache) {
    require(cache.layers, 0, "attention layers:");
    require(cache.slidingLayers, 0, "sliding attention layers:");
    require(cache.window, cache.slidingLayers > 0 ? 1 : 0, "attention window:");
    require(cache.kvHeads, 0, "key and value heads:");
    require(cache.headSize, 0, "head size:");
    require(cache.context, 0, "context:");
    require(cache.batch, 1, "batch:");
    require(cache.state, 0, "bytes of state:");
    if (!(cache.bytesPerValue > 0 && cache.bytesPerValue <= 8))
        throw Error(Kind::Input, showNumber(cache.bytesPerValue) +
                                     " bytes a cached value: give a number above 0 and at most 8");
    const double positions = static_cast<double>(cache.layers) * static_cast<double>(cache.context) +
                             static_cast<double>(cache.slidingLayers) * static_cast<double>(std::min(cache.window, cache.context));
    const double values = 2.0 * positions * static_cast<double>(cache.kvHeads) * static_cast<double>(cache.headSize);
    return whole(
        (values * cache.bytesPerValue + static_cast<double>(cache.state)) * static_cast<double>(cache.batch),
        "key and value cache");
}

Bytes roomOn(const Card& card, const KvCache& cache) {
    if (!(card.gib > 0 && card.gib <= 1e6))
        throw Error(Kind::Input,
                    "a card of " + showNumber(card.gib) + " GiB: give a number above 0 and at most 1000000");
    require(card.overhead, 0, "overhead in bytes:");
    const auto memory = static_cast<Bytes>(std::floor(card.gib * 0x1p30));
    const Bytes cached = cacheBytes(cache), room = memory - card.overhead - cached;
    if (room > 0) return room;
    throw Error(Kind::Input, "nothing is left for weights on a card of " + showBytes(memory) +
                                 ": the cache of keys and values takes " + showBytes(cached) +
                                 ", the overhead " + showBytes(card.overhead));
}

Range sizesOf(std::span<const Shape> matrices, const format::Palette& palette, Bytes passthrough) {
    if (palette.formats.empty()) throw Error(Kind::Input, "palette " + palette.name + " has no formats");
    Range range{passthrough, passthrough};
    for (const Shape& shape : matrices) {
        Bytes least = std::numeric_limits<Bytes>::max(), most = 0;
        for (const std::string& name : palette.formats) {
            const Bytes bytes = format::get(name).bytes(shape.rows, shape.cols);
            least = std::min(least, bytes);
            most = std::max(most, bytes);
        }
        if (__builtin_add_overflow(range.most, most, &range.most))
            throw Error(Kind::Input, "all matrices together: more bytes than 63 bits hold");
        range.least += least;
    }
    return range;
}

}  // namespace dq::allocate

#pragma once

#include <cstdint>
#include <span>

#include "core/base/units.hpp"
#include "core/format/format.hpp"

namespace dq::allocate {

/// What a running model keeps beside its weights, in the figures of its config.json.
struct KvCache {
    std::int64_t layers = 0;  // with attention over all positions
    std::int64_t slidingLayers = 0, window = 0;  // that keep the last `window` positions only
    std::int64_t kvHeads = 0, headSize = 0;
    std::int64_t context = 0, batch = 1;
    double bytesPerValue = 2;  // 2: bf16, 1: fp8; scales count: q8_0 is 1.0625
    Bytes state = 0;           // per sequence, of all layers with a state of fixed size (linear attention)
};

/// Keys and values of every position, and the states. Throws Error(Input) naming a figure that is out of
/// range.
Bytes cacheBytes(const KvCache& cache);

struct Card {
    double gib = 0;      // memory, GiB
    Bytes overhead = 0;  // what the program around takes: context, workspaces, activations
};

/// What a card leaves for weights. Throws Error(Input) saying what takes how much where nothing is left.
Bytes roomOn(const Card& card, const KvCache& cache);

struct Shape {
    std::int64_t rows = 0, cols = 0;
};
struct Range {
    Bytes least = 0, most = 0;
};
/// The sizes a palette allows, known before anything is measured: every matrix in its smallest format, and in
/// its largest.
Range sizesOf(std::span<const Shape> matrices, const format::Palette& palette, Bytes passthrough);

}  // namespace dq::allocate

#pragma once

#include <memory>

#include "core/measure/measurements.hpp"

namespace dq::test {

struct SyntheticShape {
    int layers = 32;
    std::int64_t hidden = 512, feedForward = 1408, vocabulary = 4096;
    unsigned seed = 7;
    int experts = 0;  // in place of gate, up and down
    std::size_t formats = 0;  // the first of the catalogue, and bf16; 0: all
};

/// A table like a measured one: every format of the catalogue with its exact bytes, errors falling four-fold
/// per bit, sensitive first and last layers, sensitive v and down. Seeded: equal shapes, equal tables.
std::shared_ptr<const measure::Measurements> syntheticTable(const SyntheticShape& shape = {});

}  // namespace dq::test

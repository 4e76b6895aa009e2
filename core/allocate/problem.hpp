#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/units.hpp"
#include "core/format/format.hpp"
#include "core/measure/measurements.hpp"
#include "core/quality/loss_table.hpp"

namespace dq::allocate {

/// One way to store one class: bytes and loss are the sums over its matrices.
struct Option {
    Bytes bytes = 0;
    double loss = 0;  // nats per token
    int format = 0;   // index into Problem::formats
};

/// Matrices that must share a format (one matrix alone, where nothing is fused), and their options, sorted by
/// bytes.
struct Class {
    std::string name;
    std::vector<int> matrices;  // indices into the table's rows
    std::vector<Option> options;
    std::string role = {};  // shared by all its matrices, else what they are together ("q+k+v"), else empty
    int block = -1;         // -1: in none, or in several
    std::int64_t weights = 0;  // 0: not known
};

/// The multiple-choice knapsack: pick one option per class, total bytes at most the budget, total loss least.
struct Problem {
    std::vector<Class> classes;
    std::vector<std::string> formats;
    Bytes passthrough = 0;     // bytes no choice changes
    std::int64_t weights = 0;  // in all matrices: bits per weight = 8 * (bytes - passthrough) / weights
    std::size_t matrices = 0;

    double bitsPerWeight(Bytes total) const;
    Bytes budgetFor(double bitsPerWeight) const;  // the largest total with at most this many bits per weight
    Bytes smallest() const;
    Bytes largest() const;  // where more bytes buy nothing any more
};

/// Which matrices share a format.
enum class Grouping {
    Free,    // none
    Fused,   // what loaders fuse: q/k/v of a block, gate/up of a block, all experts of a block
    Expert,  // the same, but each expert of a block by itself
    Stacks,  // what a GGUF file holds as one tensor: the gate, the up or the down of all experts of a block
    Block,   // all of a block
    Role,    // all of a role
};
std::string_view groupingName(Grouping grouping);  // "free"
Grouping groupingOf(std::string_view name);        // throws Error(Input) listing the names

/// A matrix with NaN or infinity, and what shares a format with it, has bf16 alone to choose, in the palette or not.
/// Throws Error(Input): empty table, a palette that shares no format with the table; Error(Corrupt): a
/// negative or non-finite loss.
Problem problemOf(const measure::Measurements& table, const quality::LossTable& losses,
                  const format::Palette& palette, Grouping grouping = Grouping::Free);

}  // namespace dq::allocate

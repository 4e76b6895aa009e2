#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/allocate/front.hpp"

namespace dq::allocate {

/// Which matrices: all that is given must hold; nothing given: every matrix.
struct Where {
    std::vector<std::string> roles;  // any of them
    std::optional<int> firstBlock, lastBlock;
    std::string pattern;  // of the matrix name, with * and ?; empty: any

    bool covers(const measure::MatrixRow& row) const;
    bool operator==(const Where&) const = default;
};

/// What a person insists on.
struct Constraint {
    enum class Kind { Pin, Ban, Least, Most };
    Kind kind = Kind::Pin;
    Where where;
    std::string format;  // of Pin and Ban
    double bits = 0;     // of Least and Most, bits per weight, scales counted

    bool operator==(const Constraint&) const = default;
};

/// Reads "pin:layers.3.q=int8-g32", "ban:nvfp4@layers.0-3", "ban:nvfp4", "min:role=down,bits=4",
/// "max:layers.8-15.gate+up,bits=5", "pin:name=*.lm_head=bf16". Where is a list, separated by commas, of
/// role=ROLE[+ROLE], layers.N[-M][.ROLE], name=PATTERN or a bare pattern. Throws Error(Input) quoting the
/// text.
Constraint constraintOf(std::string_view text);
/// The same text, spelled one way.
std::string textOf(const Constraint& constraint);

/// What the constraints leave of a problem of this table: for Front::restricted. Throws Error(Input): a
/// constraint that covers no matrix or names no format of the problem, and constraints that together leave a
/// class nothing, each quoted.
std::vector<Restriction> restrictionsOf(const Problem& problem, const measure::Measurements& table,
                                        std::span<const Constraint> constraints);

/// What a constraint costs: its loss over the free one's, at the same bytes, both at their optimum. 1:
/// nothing. Infinite where only the free one loses nothing.
double priceOf(const Front& constrained, const Front& free, Bytes budget);

}  // namespace dq::allocate

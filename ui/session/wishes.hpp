#pragma once

#include <QString>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/allocate/constraint.hpp"

namespace dq::ui {

/// What a person insists on for one matrix.
struct Wish {
    std::string pin;  // a format; empty: none
    std::set<std::string> banned;
    double least = 0, most = 0;  // bits per weight; 0: none

    bool none() const { return *this == Wish{}; }
    QString text() const;  // "pinned to int8-g32", "not nvfp4 · at least 4 bits"
    bool operator==(const Wish&) const = default;
};
/// By matrix, where there is one.
using Wishes = std::map<int, Wish>;

Wishes wishesOf(const std::vector<measure::MatrixRow>& rows,
                const std::vector<allocate::Constraint>& constraints);
/// The same in few constraints: what fills rectangles of roles and layers is said once.
std::vector<allocate::Constraint> constraintsOf(const std::vector<measure::MatrixRow>& rows,
                                                const Wishes& wishes);

}  // namespace dq::ui

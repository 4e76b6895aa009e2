#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/allocate/compare/curves.hpp"
#include "core/allocate/front.hpp"
#include "core/report/subject.hpp"

namespace dq::report {

/// A recipe that was run: its size, and the KL that was measured with its 95 % interval.
struct MeasuredMark {
    std::string name;
    Bytes bytes = 0;
    double kl = 0, low = 0, high = 0;
};

struct SvgOptions {
    int width = 960, height = 560;
    bool logLoss = true;
    std::optional<allocate::Choice> chosen = std::nullopt;  // drawn with its size and loss
    std::vector<allocate::compare::Curve> compared = {};    // drawn thin, named at the right
    std::vector<MeasuredMark> measured = {};                // drawn with their intervals; they widen the axes
};

/// The picture of a front: loss against size, the uniform formats as labelled points, the knee with its
/// range. Labels do not overlap; one that finds no place is left to the point's tooltip. Needs no font beyond
/// the reader's sans-serif.
std::string frontSvg(const allocate::Front& front, const Subject& subject, const SvgOptions& options = {});

}  // namespace dq::report

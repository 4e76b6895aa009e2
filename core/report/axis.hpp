#pragma once

#include <string>
#include <vector>

namespace dq::report {

/// From values to places on paper, evenly or by the logarithm. Values beyond the ends land beyond the ends.
struct Axis {
    double from = 0, to = 1;    // values; from < to, above 0 where logarithmic
    double start = 0, end = 1;  // places
    bool logarithmic = false;

    double at(double value) const;
};

struct Tick {
    double value = 0;
    std::string label;  // empty: a line without a number
};

/// Round numbers (1, 2 or 5 times a power of ten) between the ends, about `wanted` of them.
std::vector<Tick> evenTicks(double from, double to, int wanted);
/// Powers of ten; with 2 and 5 between them where fewer than three would be labelled.
std::vector<Tick> logTicks(double from, double to);

}  // namespace dq::report

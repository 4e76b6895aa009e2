#pragma once

#include <string>

namespace dq::report {

/// What a front is of: printed beside the numbers.
struct Subject {
    std::string model;
    std::string table;    // key of the error table
    std::string metric;   // "fisher-diagonal"
    std::string unit;     // "nats/token"; empty: the metric has none
    std::string palette;  // "all"
};

}  // namespace dq::report

#pragma once

#include <string>
#include <vector>

namespace dq::report {

struct ScatterPoint {
    double x = 0, y = 0;
    std::string tooltip;
};

struct ScatterSeries {
    std::string name;
    std::vector<ScatterPoint> points;
    bool joined = false;  // by a line, in the order given
};

struct Scatter {
    std::string title, xLabel, yLabel;
    std::vector<ScatterSeries> series;  // four colours, then again from the first
    bool logX = true, logY = true;
    bool diagonal = false;  // where x = y
};

/// A picture of points in series. On a logarithmic axis what is not above zero is left out; without any point the frame says so.
std::string scatterSvg(const Scatter& scatter);

}  // namespace dq::report

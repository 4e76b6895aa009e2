#include <cmath>

#include "core/allocate/front.hpp"

namespace dq::allocate {

namespace {

/// From 0 at `from` to 1 at `to`.
double normalised(double value, double from, double to) {
    return to > from ? (value - from) / (to - from) : 0;
}

}  // namespace

Knee Front::knee(bool logLoss) const {
    const auto height = [logLoss](const Vertex& vertex) {
        return logLoss ? std::log(vertex.loss) : vertex.loss;
    };
    std::size_t used = vertices_.size();
    while (logLoss && used > 0 && !(vertices_[used - 1].loss > 0))
        --used;  // losses fall: zeros stand last
    if (used == 0) return {0, vertices_.front().bytes, vertices_.front().bytes, 0};

    const Vertex &first = vertices_.front(), &last = vertices_[used - 1];
    Knee knee{0, first.bytes, last.bytes, 0};
    const double top = height(first), bottom = height(last);
    for (std::size_t i = 0; i < used; ++i) {
        const double x = normalised(static_cast<double>(vertices_[i].bytes - first.bytes), 0,
                                    static_cast<double>(last.bytes - first.bytes));
        const double distance = 1 - x - normalised(height(vertices_[i]), bottom, top);
        if (distance > knee.distance && i > 0) {
            knee.vertex = i;
            knee.distance = distance;
        }
    }
    return knee;
}

}  // namespace dq::allocate

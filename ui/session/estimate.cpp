#include "ui/session/estimate.hpp"

#include <algorithm>

#include "core/allocate/card.hpp"
#include "core/format/format.hpp"
#include "ui/session/session.hpp"

namespace dq::ui {

namespace {

// Measured on the build machine, a core (tests/bench/README.md, and the demo's 14 s of processor time): good to a factor of
// three elsewhere, which is what "about" says.
constexpr double operationsPerSecond = 33e9;     // of a forward and backward pass with its squared gradients
constexpr double operationsPerWeight = 8;        // and token
constexpr double weightFormatsPerSecond = 1e9;   // rounding, half of the formats with searched scales
constexpr double tokens = 16384;                 // what the worker takes unless told otherwise
constexpr Bytes program = 160_MiB;               // libtorch and the table
constexpr Bytes smallCheckpoint = 1_GiB;         // up to there everything is held
constexpr double heldOfLarge = 0.13;             // of a larger one, measured

/// The share of a layer's experts that a token meets.
double metBy(const model::WeightMatrix& matrix, const model::Architecture& architecture) {
    const auto& experts = architecture.experts;
    if (matrix.expert < 0 || experts.count <= 0) return 1;
    return static_cast<double>(experts.perToken) / static_cast<double>(experts.count);
}

}  // namespace

Estimate estimateOf(const model::Model& model, unsigned cores) {
    const format::Palette all = format::palette("all");
    std::vector<allocate::Shape> shapes;
    double met = 0, weights = 0;
    for (const model::WeightMatrix& matrix : model.matrices()) {
        shapes.push_back({matrix.rows, matrix.cols});
        weights += static_cast<double>(matrix.weights());
        met += metBy(matrix, model.architecture()) * static_cast<double>(matrix.weights());
    }
    const allocate::Range range = allocate::sizesOf(shapes, all, model.passthroughBytes());
    const bool runs = model.architecture().runnable();
    const double pass = runs ? met * tokens * operationsPerWeight / operationsPerSecond : 0;
    const double rounding = weights * static_cast<double>(all.formats.size()) / weightFormatsPerSecond;
    const Bytes checkpoint = model.checkpoint().bytes();
    const double held = checkpoint > smallCheckpoint ? std::max(static_cast<double>(smallCheckpoint), heldOfLarge * static_cast<double>(checkpoint))
                                                     : 4 * static_cast<double>(checkpoint);
    return {range.least, range.most, (pass + rounding) / std::max(cores, 1U), program + static_cast<Bytes>(held)};
}

QString Estimate::words() const {
    return Session::tr("It can become %1 to %2. Measuring takes about %3 and %4 of memory on this machine.")
        .arg(sizeText(least), sizeText(most), durationText(std::max(seconds, 1.0)), sizeText(memory));
}

}  // namespace dq::ui

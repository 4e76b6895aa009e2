#pragma once

#include <QString>

#include <memory>
#include <vector>

#include "core/checkpoint/checkpoint.hpp"

namespace dq::ui {

/// The weights of one matrix and what a format makes of them, every weight over the largest of its group: -1 … 1. Of some
/// thousand groups taken evenly from the whole matrix.
struct WeightHistogram {
    static constexpr int bins = 64, levelBins = 512;
    QString matrix, format;
    std::vector<double> weights;  // shares of the weights, by bin
    std::vector<double> levels;   // shares of the rounded ones, by finer bin
    double clipped = 0;           // share beyond the outermost level of their group
    std::int64_t seen = 0;        // weights looked at

    double highest() const;  // of the bins
};

/// What it takes to look at a matrix from another thread.
struct WeightSource {
    std::shared_ptr<const checkpoint::Checkpoint> checkpoint;  // keeps the tensor
    checkpoint::TensorView tensor;
    std::string matrix, format;
    std::int64_t rows = 0, cols = 0;
};

/// Reads some of the matrix's rows. Throws Error where it cannot. Of a format that looks at the inputs the one that searches
/// its scales without them is shown, which loads no more than the weights: the levels are the same, the scales nearly.
WeightHistogram histogramOf(const WeightSource& source);

}  // namespace dq::ui

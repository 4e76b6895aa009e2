#pragma once

#include <memory>
#include <vector>

#include "core/allocate/front.hpp"

namespace dq::ui {

/// The method as a picture (reverse water-filling): what shares a format is a column ½ log2(sensitivity / weights)
/// bits high, and the price of a byte is the surface of the water. What stands out of it are the bits the column
/// earns at that price.
struct Water {
    struct Column {
        int matrix = -1;    // the first of its group
        double height = 0;  // bits; only differences mean something
    };
    std::vector<Column> columns;  // falling in height
    std::vector<int> columnOf;    // by matrix; -1: no format of it loses anything, or its weights are not known
    int silent = 0;               // groups without a column
    double top = 1, bottom = 0;   // of the picture: the columns, and the surface at every price above 0

    /// How many columns the surface covers.
    int covered(double level) const;
};
Water waterOf(const allocate::Front& front);

/// The surface at a price in loss per byte: half a column's slope is where its bits begin. Minus infinity for a price
/// of 0, where more bytes buy nothing.
double waterLevel(double price);
double priceOfLevel(double level);

/// The smallest size of the front after which no byte saves more than this.
Bytes sizeAtPrice(const allocate::Front& front, double price);

}  // namespace dq::ui

#pragma once

#include <QString>

#include <vector>

#include "core/measure/measurements.hpp"
#include "core/model/model.hpp"

namespace dq::ui {

/// What the window shows of a weight matrix before anything is measured.
struct MatrixInfo {
    QString name;       // "model.layers.17.mlp.down_proj"
    QString shortName;  // "layers.17.mlp.down_proj"
    QString role;       // "down"
    int block = -1;
    std::int64_t rows = 0, cols = 0;
    int expert = -1;  // which of its layer's experts it belongs to

    std::int64_t weights() const { return rows * cols; }
    QString shape() const;  // "4096 × 12288"
};
using Matrices = std::vector<MatrixInfo>;

Matrices matricesOf(const model::Model& model);
Matrices matricesOf(const measure::Measurements& table);

}  // namespace dq::ui

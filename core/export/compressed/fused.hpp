#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/export/rounded.hpp"
#include "core/measure/inputs.hpp"
#include "core/model/model.hpp"
#include "core/recipe/formats.hpp"

/// Matrices that vLLM makes one layer of: q, k and v; gate and up. Private to core/export.
namespace dq::exporting::compressed {

/// Of one block, and so of one format; experts of a block are one layer together.
bool shareFormat(const model::WeightMatrix& a, const model::WeightMatrix& b);

/// The same weights under a larger global scale: the group scales are divided by what it grows by, a power of two. Absent
/// where E4M3 does not hold one of them then.
std::optional<Packed> underGlobal(Packed matrix, float global);

/// Matrices as they stand in the file: those of one layer have one global scale, as vLLM takes a single one for all.
class Layers {
public:
    /// Keeps references to the model and the inputs.
    Layers(const model::Model& model, const recipe::Recipe& recipe, const measure::Inputs& inputs);

    const format::Format& formatOf(const model::WeightMatrix& matrix) const { return formats_.of(matrix.name); }

    /// Throws Error naming the tensor: a weight that is no number (Corrupt), scales that the loaders would round
    /// (Unsupported).
    Packed packed(const model::WeightMatrix& matrix);

private:
    float largestOf(const model::WeightMatrix& matrix);
    float globalOf(const model::WeightMatrix& matrix);
    Packed inItsLayer(const model::WeightMatrix& matrix);

    const model::Model& model_;
    const measure::Inputs& inputs_;
    recipe::Formats formats_;
    DType runs_;
    std::map<std::string, float> largest_;  // magnitude, of matrices with global scales
};

}  // namespace dq::exporting::compressed

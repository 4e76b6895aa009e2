#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/export/packing.hpp"
#include "core/measure/inputs.hpp"
#include "core/model/model.hpp"
#include "core/recipe/formats.hpp"

/// Matrices that vLLM makes one layer of: q, k and v; gate and up, of shared experts too; all experts of a block; the
/// in-projections of linear attention. Private to core/export.
namespace dq::exporting::compressed {

/// What vLLM joins within a block.
enum class Joint { QKV, GateUp, Experts, SharedGateUp, LinearQkvz, LinearBa };
struct Layer {
    int block = -1;
    Joint joint = Joint::QKV;
    auto operator<=>(const Layer&) const = default;
};
/// The layer a matrix is a part of, all of which has one format; absent: it is a layer by itself.
std::optional<Layer> layerOf(const model::WeightMatrix& matrix);
/// Of one product, and so under one global scale: those of a layer, and of the experts gate and up of each.
bool shareGlobal(const model::WeightMatrix& a, const model::WeightMatrix& b);
/// "vLLM runs all experts of a block in one format": for a complaint.
std::string_view ruleOf(Joint joint);

/// The same weights under a larger global scale: the group scales are divided by what it grows by, a power of two. Absent
/// where E4M3 does not hold one of them then.
std::optional<Packed> underGlobal(Packed matrix, float global);

/// Matrices as they stand in the file: those of one product have one global scale, as vLLM takes a single one for all.
class Layers {
public:
    /// Keeps references to the model and the inputs.
    Layers(const model::Model& model, const recipe::Recipe& recipe, const measure::Inputs& inputs);

    const format::Format& formatOf(const model::WeightMatrix& matrix) const { return formats_.of(matrix.name); }

    /// Throws Error naming the tensor: a weight that is no number (Corrupt), scales that the loaders would round
    /// (Unsupported).
    Packed packed(const model::WeightMatrix& matrix);
    /// The same some rows at a time, taken as packRows' are.
    void packRows(const model::WeightMatrix& matrix, const TakeRows& take);

private:
    float largestOf(const model::WeightMatrix& matrix);
    float globalOf(const model::WeightMatrix& matrix);
    void requireKept(const model::WeightMatrix& matrix, const PackedRows& rows) const;

    const model::Model& model_;
    const measure::Inputs& inputs_;
    recipe::Formats formats_;
    DType runs_;
    std::map<std::string, float> largest_;  // magnitude, of matrices with global scales
};

}  // namespace dq::exporting::compressed

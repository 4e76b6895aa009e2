#include "core/export/compressed/fused.hpp"

#include <algorithm>
#include <array>

#include "core/base/error.hpp"
#include "core/export/compressed/scales.hpp"
#include "core/export/packing.hpp"
#include "kernels/element.hpp"
#include "kernels/quantize_pack.hpp"

namespace dq::exporting::compressed {

namespace {

using model::Role;
using model::WeightMatrix;

std::optional<Joint> jointOf(Role role) {
    switch (role) {
        case Role::Q:
        case Role::K:
        case Role::V: return Joint::QKV;
        case Role::Gate:
        case Role::Up: return Joint::GateUp;
        case Role::ExpertGate:
        case Role::ExpertUp:
        case Role::ExpertGateUp:
        case Role::ExpertDown: return Joint::Experts;
        case Role::SharedGate:
        case Role::SharedUp: return Joint::SharedGateUp;
        case Role::LinearQkv:
        case Role::LinearZ: return Joint::LinearQkvz;
        case Role::LinearB:
        case Role::LinearA: return Joint::LinearBa;
        default: return {};
    }
}

}  // namespace

std::optional<Layer> layerOf(const WeightMatrix& matrix) {
    const auto joint = jointOf(matrix.role);
    if (!joint || matrix.block < 0) return {};
    return Layer{matrix.block, *joint};
}

bool shareGlobal(const WeightMatrix& a, const WeightMatrix& b) {
    const auto layer = layerOf(a);
    if (!layer || layer != layerOf(b)) return false;
    if (layer->joint != Joint::Experts) return true;
    return a.expert == b.expert && (a.role == Role::ExpertDown) == (b.role == Role::ExpertDown);
}

std::string_view ruleOf(Joint joint) {
    return joint == Joint::Experts ? "vLLM runs all experts of a block in one format, so they must share it"
                                   : "vLLM fuses them, so they must share a format";
}

std::optional<Packed> underGlobal(Packed matrix, float global) {
    const float growth = global / matrix.global;
    std::array<std::optional<std::uint8_t>, 256> moved{};
    for (std::size_t code = 0; code < moved.size(); ++code) {
        const float wanted = kernels::fromE4M3(static_cast<std::uint8_t>(code)) / growth;
        const std::uint8_t nearest = kernels::toE4M3(wanted);
        if (kernels::fromE4M3(nearest) == wanted) moved[code] = nearest;
    }
    for (std::byte& scale : matrix.scales) {
        const auto to = moved[std::to_integer<std::size_t>(scale)];
        if (!to) return {};
        scale = static_cast<std::byte>(*to);
    }
    matrix.global = global;
    return matrix;
}

Layers::Layers(const model::Model& model, const recipe::Recipe& recipe, const measure::Inputs& inputs)
    : model_(model), inputs_(inputs), formats_(recipe), runs_(runsIn(model)) {}

float Layers::largestOf(const WeightMatrix& matrix) {
    const auto known = largest_.find(matrix.name);
    if (known != largest_.end()) return known->second;
    return largest_[matrix.name] = largestIn(model_.tensor(matrix));
}

float Layers::globalOf(const WeightMatrix& matrix) {
    float largest = largestOf(matrix);
    const auto look = [&](const WeightMatrix& other) {
        if (shareGlobal(matrix, other)) largest = std::max(largest, largestOf(other));
    };
    // A block's matrices stand side by side.
    const auto all = model_.matrices();
    const auto at = static_cast<std::size_t>(&matrix - all.data());
    for (std::size_t i = at; i-- > 0 && all[i].block == matrix.block;)
        look(all[i]);
    for (std::size_t i = at + 1; i < all.size() && all[i].block == matrix.block; ++i)
        look(all[i]);
    return kernels::globalScaleFor(formatOf(matrix).encoding, largest);
}

void Layers::requireKept(const WeightMatrix& matrix, const PackedRows& rows) const {
    const format::Format& format = formatOf(matrix);
    compressed::requireKept(rows.matrix, format, runs_, rows.first * kernels::groupsPerRow(format.encoding, matrix.cols));
}

void Layers::packRows(const WeightMatrix& matrix, const TakeRows& take) {
    const format::Format& format = formatOf(matrix);
    try {
        const float global = format.encoding.globalScale ? globalOf(matrix) : 1.0f;
        exporting::packRows(model_.tensor(matrix), format, inputs_.of(matrix.name, format), [&](const PackedRows& own) {
            requireKept(matrix, own);
            if (!format.encoding.globalScale) return take(own);
            const auto moved = underGlobal(own.matrix, global);
            if (!moved)
                throw Error(Kind::Unsupported, "vLLM takes one global scale for the layer it makes of this matrix and its neighbours, which "
                                               "would round its group scales in " + format.name + "; choose a format without one");
            take({own.first, own.count, *moved});
        });
    } catch (const Error& error) {
        throw error.during(model_.tensor(matrix).where());
    }
}

Packed Layers::packed(const WeightMatrix& matrix) {
    return gathered(matrix.rows, [&](const TakeRows& take) { packRows(matrix, take); });
}

}  // namespace dq::exporting::compressed

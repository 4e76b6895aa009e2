#include "core/measure/hessian_size.hpp"

#include <set>
#include <tuple>

namespace dq::measure {

namespace {

using model::Role;

/// The first of the roles that read the same numbers.
Role readerOf(Role role) {
    switch (role) {
        case Role::Q:
        case Role::K:
        case Role::V:
        case Role::Qkv:
        case Role::LinearQkv:
        case Role::LinearZ:
        case Role::LinearB:
        case Role::LinearA:
        case Role::LinearQkvz:
        case Role::LinearBa:
            return Role::Q;
        case Role::Gate:
        case Role::Up:
        case Role::GateUp:
        case Role::SharedGate:
        case Role::SharedUp:
            return Role::Gate;
        case Role::ExpertGate:
        case Role::ExpertUp:
        case Role::ExpertGateUp:
            return Role::ExpertGate;
        default:
            return role;
    }
}

}  // namespace

Bytes hessianBytes(const model::Model& model) {
    std::set<std::tuple<int, int, Role>> inputs;
    Bytes bytes = 0;
    for (const model::WeightMatrix& matrix : model.matrices()) {
        if (matrix.block < 0 || !inputs.emplace(matrix.block, matrix.expert, readerOf(matrix.role)).second) continue;
        bytes += matrix.cols * (matrix.cols + 1) / 2 * static_cast<Bytes>(sizeof(float));
    }
    return bytes;
}

}  // namespace dq::measure

#include "core/model/reader.hpp"

namespace dq::model {

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

}  // namespace dq::model

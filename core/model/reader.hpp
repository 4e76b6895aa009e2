#pragma once

#include "core/model/model.hpp"

namespace dq::model {

/// The first of the roles that read the same numbers: Q for K, Gate for Up, LinearQkv's too. Of an expert its own.
Role readerOf(Role role);

}  // namespace dq::model

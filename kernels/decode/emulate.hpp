#pragma once

#include "kernels/decode/launch.hpp"

namespace dq::kernels::decoding {

/// A whole launch on the processor, lane after lane: blocks, warps, the ring of bricks whose copies arrive as late as they may, the
/// tensor core's fragments. For tests: it is the CUDA kernel's own code and as slow as that sounds.
void emulate(const Launch& launch);

}  // namespace dq::kernels::decoding

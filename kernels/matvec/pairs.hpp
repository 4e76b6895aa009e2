#pragma once

#include <string>

namespace dq::kernels::matvec {

/// Whether this processor multiplies pairs of bfloat16 numbers (AVX512_BF16).
bool havePairs();
/// Off, products take floats everywhere: for tests and benches.
void allowPairs(bool allowed);

/// What products run on: "AVX-512 with bfloat16 pairs".
std::string unitName();

}  // namespace dq::kernels::matvec

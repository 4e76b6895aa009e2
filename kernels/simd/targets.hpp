#pragma once

#include <string>
#include <vector>

/// Which of the vector units that kernels were compiled for this processor has, best first ("AVX3", "AVX2", "SSE4"),
/// and a way to make all Highway kernels use one of them: for tests and benches.
namespace dq::kernels::simd {

std::vector<std::string> targets();
/// An empty name: the best again. Throws Error(Unavailable) for one that targets() does not list.
void forceTarget(const std::string& name);

}  // namespace dq::kernels::simd

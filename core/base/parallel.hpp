#pragma once

#include <cstdint>
#include <functional>

namespace dq {

/// How many threads work is spread over: the processor's, or what limitThreads() last said (at least 1).
int threadCount();
void limitThreads(int count);

/// Calls body(i) for every i in [0, count) from several threads, each index once, in no promised order: results
/// go to places chosen by i, so that they do not depend on the number of threads. The first exception is rethrown. A loop inside
/// another takes the threads that the outer one leaves it: its own alone where that one keeps all busy.
void parallelFor(std::int64_t count, const std::function<void(std::int64_t)>& body);

}  // namespace dq

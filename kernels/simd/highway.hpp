// Highway, for the targets our kernels are built for: SSE4, AVX2, AVX-512 and, for processors without any of them, plain C++.
// More would only be more to compile. A source that names itself in HWY_TARGET_INCLUDE is compiled once for each. No guard:
// Highway's header is another one for each target.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#endif

#ifdef HWY_TARGET_INCLUDE
#include <hwy/foreach_target.h>
#endif
#include <hwy/highway.h>

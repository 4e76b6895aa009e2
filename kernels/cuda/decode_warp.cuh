#pragma once

#include <cuda_runtime.h>

#include "kernels/decode/warp.hpp"

/// The device's warp for kernels/decode/warp.hpp: one lane of it.
namespace dq::kernels::decoding::cuda {

__device__ inline unsigned sharedAddress(const void* place) {
    return static_cast<unsigned>(__cvta_generic_to_shared(place));
}

/// Weights are read once a step and must not push anything out of the L2.
__device__ inline std::uint64_t readOnce() {
    std::uint64_t policy;
    asm("createpolicy.fractional.L2::evict_first.b64 %0, 1.0;" : "=l"(policy));
    return policy;
}

__device__ inline void multiplyTile(Sums& sums, const Pair (&a)[4], const Inputs& b) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sums.at[0]), "+f"(sums.at[1]), "+f"(sums.at[2]), "+f"(sums.at[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b.at[0]), "r"(b.at[1]));
}

template <Coding coding, int tiles>
class DeviceWarp {
public:
    __device__ DeviceWarp(std::uint8_t* firstRing, int ringBytes)
        : lane_(static_cast<int>(threadIdx.x) % warpLanes),
          firstRing_(firstRing),
          ring_(firstRing + static_cast<int>(threadIdx.x) / warpLanes * ringBytes),
          ringAddress_(sharedAddress(ring_)),
          policy_(readOnce()) {}

    template <class F>
    __device__ __forceinline__ void each(F f) {
        f(lane_, state_);
    }

    __device__ void copy(int, int to, const std::uint8_t* from) {
        asm volatile("cp.async.cg.shared.global.L2::cache_hint [%0], [%1], 16, %2;" ::"r"(ringAddress_ + static_cast<unsigned>(to)), "l"(from), "l"(policy_)
                     : "memory");
    }
    __device__ void commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
    template <int n>
    __device__ void wait() {
        asm volatile("cp.async.wait_group %0;" ::"n"(n) : "memory");
        __syncwarp();
    }
    __device__ std::uint8_t* ring() { return ring_; }
    __device__ const std::uint8_t* firstRing() const { return firstRing_; }

    __device__ void waitForInputs() {
#if __CUDA_ARCH__ >= 900
        asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
    }

    __device__ __forceinline__ void multiply(int step) {
        DQ_UNROLL
        for (int t = 0; t < tiles; ++t)
            multiplyTile(state_.part[t], state_.numbers, state_.inputs[step][t]);
    }
    __device__ __forceinline__ void sumInputs(int step) {
        const Pair all[4] = {ones, ones, ones, ones};
        DQ_UNROLL
        for (int t = 0; t < tiles; ++t)
            multiplyTile(state_.inputSums[t], all, state_.inputs[step][t]);
    }

private:
    LaneState<coding, tiles> state_;
    int lane_;
    std::uint8_t *firstRing_, *ring_;
    unsigned ringAddress_;
    std::uint64_t policy_;
};

}  // namespace dq::kernels::decoding::cuda

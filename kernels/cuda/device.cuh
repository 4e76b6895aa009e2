#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "kernels/encoding.hpp"

namespace dq::kernels::cuda {

/// Turns a failed call into Error(Memory) or Error(Unavailable), naming what was tried.
void check(cudaError_t result, const char* tried);

/// Throws Error(Unavailable) where no device is there.
void requireDevice();
/// Throws Error(Unsupported) for what these kernels do not know yet.
void requireKnown(const Encoding& encoding);

/// An array on the device, freed with its owner. Empty ones own nothing.
template <class T>
class DeviceArray {
public:
    explicit DeviceArray(std::size_t size) : size_(size) {
        if (size > 0) check(cudaMalloc(&data_, size * sizeof(T)), "reserve device memory");
    }
    explicit DeviceArray(std::span<const T> host) : DeviceArray(host.size()) { upload(host); }
    ~DeviceArray() { cudaFree(data_); }
    DeviceArray(const DeviceArray&) = delete;
    DeviceArray& operator=(const DeviceArray&) = delete;

    T* data() const { return data_; }
    std::size_t size() const { return size_; }

    void upload(std::span<const T> host) {
        if (!host.empty())
            check(cudaMemcpy(data_, host.data(), host.size_bytes(), cudaMemcpyHostToDevice),
                  "copy to the device");
    }
    void download(std::span<T> host) const {
        if (!host.empty())
            check(cudaMemcpy(host.data(), data_, host.size_bytes(), cudaMemcpyDeviceToHost),
                  "copy from the device");
    }

private:
    T* data_ = nullptr;
    std::size_t size_ = 0;
};

/// A matrix is taken through the device in runs of whole rows of about this many weights.
inline constexpr std::int64_t weightsAtATime = std::int64_t{1} << 25;

inline std::int64_t rowsAtATime(std::int64_t rows, std::int64_t cols) {
    return std::clamp<std::int64_t>(weightsAtATime / std::max<std::int64_t>(1, cols), 1,
                                    std::max<std::int64_t>(1, rows));
}

/// One row per team of 16 threads (kernels/lanes.hpp), two rows per warp.
inline constexpr int teamSize = 16;
inline constexpr int blockSize = 256;
inline constexpr int rowsPerBlock = blockSize / teamSize;

__host__ __device__ inline int scaleBytesOf(ScaleType type) {
    if (type == ScaleType::F32) return 4;
    return type == ScaleType::F16 || type == ScaleType::Bf16 ? 2 : 1;
}

inline unsigned blocksFor(std::int64_t count, std::int64_t perBlock) {
    return static_cast<unsigned>((count + perBlock - 1) / perBlock);
}

inline int groupOf(const Encoding& encoding, std::int64_t cols) {
    return encoding.group > 0 ? encoding.group : static_cast<int>(std::max<std::int64_t>(1, cols));
}

}  // namespace dq::kernels::cuda

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/encoding.hpp"
#include "kernels/error_stats.hpp"

namespace dq::kernels {

/// Whether this build has CUDA kernels and this machine a device that runs them.
bool cudaAvailable();

/// The kernels of this folder on the first CUDA device, equal to the reference bit for bit (a NaN counts as a
/// NaN). Host memory in and out. Throw Error(Unavailable) where cudaAvailable() is false, Error(Memory) where
/// the device has too little and Error(Unsupported) for what is leftToProcessor().
namespace cuda {

/// Why the device kernels do not know an encoding; absent: they do. The same in every build.
std::optional<std::string> leftToProcessor(const Encoding& encoding);

void quantizePack(const MatrixView& weights, const Encoding& encoding, float globalScale,
                  std::span<std::byte> codes, std::span<std::byte> scales);

void dequantize(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                std::span<const std::byte> codes, std::span<const std::byte> scales,
                std::span<float> weights);

std::vector<ErrorSums> errorStats(const MatrixView& weights, std::span<const Encoding> palette,
                                  std::span<const float> globalScales, const float* fisher,
                                  const float* inputMoment);

}  // namespace cuda

}  // namespace dq::kernels

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/decode/layout.hpp"

/// The device's products: y = W x for repacked weights and BF16 inputs, sums in FP32. Throw Error(Unavailable) where
/// cudaAvailable() (kernels/cuda.hpp) is false.
namespace dq::kernels::decoding::cuda {

/// A matrix in the memory of the first device, for as long as it is wanted.
class Resident {
public:
    explicit Resident(const Repacked& weights);
    ~Resident();
    Resident(const Resident&) = delete;
    Resident& operator=(const Resident&) = delete;

    const Matrix& matrix() const;  // with pointers into the device's memory

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

int processors();  // of the first device

/// Starts a launch whose pointers are the device's, on a stream (a cudaStream_t; null: the default one). Nothing is reserved and
/// nothing waited for, so that graphs can capture it. It begins to read weights while the launch before it on the stream still runs:
/// only the inputs are waited for.
void start(const Launch& launch, void* stream);

/// Host memory in and out, for tests: matrices with one input in one launch. y of each is [batch, rows].
std::vector<std::vector<float>> multiply(std::span<const Repacked* const> weights, std::span<const std::uint16_t> x, std::int64_t batch);

}  // namespace dq::kernels::decoding::cuda

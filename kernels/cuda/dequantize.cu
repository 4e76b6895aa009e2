// One thread a weight: it reads the two or three bytes its code lies in and its group's scale. Neighbours
// share both, so the caches serve them; bound by the 4 bytes written a weight.
#include "kernels/codes.hpp"
#include "kernels/cuda.hpp"
#include "kernels/cuda/device.cuh"

namespace dq::kernels::cuda {

namespace {

struct Shape {
    Encoding encoding;
    float globalScale;
    int group;
    std::int64_t rows;
    std::int64_t cols;
    std::int64_t codeBytes;  // of a row
    std::int64_t scaleBytes;
};

__device__ std::uint32_t codeAt(const std::uint8_t* row, std::int64_t codeBytes, std::int64_t j, int bits) {
    const std::int64_t bit = j * bits;
    std::uint32_t window = 0;
    for (int k = 0; k < 3; ++k)
        if (bit / 8 + k < codeBytes) window |= std::uint32_t{row[bit / 8 + k]} << (8 * k);
    return window >> (bit % 8) & ((1u << bits) - 1u);
}

__device__ float scaleAt(const Shape& shape, const std::uint8_t* row, std::int64_t group) {
    const ScaleType type = shape.encoding.scale;
    if (type == ScaleType::None) return 1.0f;
    const int size = scaleBytesOf(type);
    std::uint32_t bits = 0;
    for (int k = 0; k < size; ++k)
        bits |= std::uint32_t{row[group * size + k]} << (8 * k);
    return codes::scaleValue(type, bits);
}

__global__ void dequantizeWeights(Shape shape, const std::uint8_t* codes, const std::uint8_t* scales,
                                  float* weights) {
    const std::int64_t place = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
    if (place >= shape.rows * shape.cols) return;
    const std::int64_t i = place / shape.cols;
    const std::int64_t j = place % shape.cols;
    const std::uint32_t code = codeAt(codes + i * shape.codeBytes, shape.codeBytes, j, shape.encoding.bits);
    float weight =
        codes::decode(shape.encoding, code) * scaleAt(shape, scales + i * shape.scaleBytes, j / shape.group);
    if (shape.encoding.globalScale) weight = weight * shape.globalScale;
    weights[place] = weight;
}

std::span<const std::uint8_t> asBytes(std::span<const std::byte> all, std::int64_t first,
                                      std::int64_t count) {
    return {reinterpret_cast<const std::uint8_t*>(all.data()) + first, static_cast<std::size_t>(count)};
}

}  // namespace

void dequantize(const Encoding& encoding, std::int64_t rows, std::int64_t cols, float globalScale,
                std::span<const std::byte> codes, std::span<const std::byte> scales,
                std::span<float> weights) {
    requireDevice();
    requireKnown(encoding);
    if (rows == 0 || cols == 0) return;
    Shape shape{encoding,
                globalScale,
                groupOf(encoding, cols),
                0,
                cols,
                codeBytesPerRow(encoding, cols),
                scaleBytesPerRow(encoding, cols)};
    const std::int64_t most = rowsAtATime(rows, cols);
    DeviceArray<std::uint8_t> deviceCodes(static_cast<std::size_t>(most * shape.codeBytes));
    DeviceArray<std::uint8_t> deviceScales(static_cast<std::size_t>(most * shape.scaleBytes));
    const DeviceArray<float> deviceWeights(static_cast<std::size_t>(most * cols));
    for (std::int64_t first = 0; first < rows; first += most) {
        shape.rows = std::min(most, rows - first);
        deviceCodes.upload(asBytes(codes, first * shape.codeBytes, shape.rows * shape.codeBytes));
        deviceScales.upload(asBytes(scales, first * shape.scaleBytes, shape.rows * shape.scaleBytes));
        dequantizeWeights<<<blocksFor(shape.rows * cols, blockSize), blockSize>>>(
            shape, deviceCodes.data(), deviceScales.data(), deviceWeights.data());
        check(cudaGetLastError(), "start the dequantizer");
        deviceWeights.download(weights.subspan(static_cast<std::size_t>(first * cols),
                                               static_cast<std::size_t>(shape.rows * cols)));
    }
}

}  // namespace dq::kernels::cuda

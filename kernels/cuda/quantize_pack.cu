// Two kernels. quantizeRows: a team of 16 threads a row finds each group's scale and writes one 16-bit code a
// weight. packBytes: one thread a byte gathers the codes whose bits fall into it, so no two threads write the
// same byte. Bound by memory: 4 bytes read, 2 written and read again, bits/8 written a weight.
#include "kernels/cuda.hpp"
#include "kernels/cuda/team.cuh"

namespace dq::kernels::cuda {

namespace {

struct Shape {
    Scaler scaler;
    int group;
    std::int64_t rows;
    std::int64_t cols;
    std::int64_t codeBytes;  // of a row
    std::int64_t scaleBytes;
};

__device__ void storeScale(ScaleType type, std::uint32_t bits, std::uint8_t* scales, std::int64_t index) {
    const int size = scaleBytesOf(type);
    for (int k = 0; k < size; ++k)
        scales[index * size + k] = static_cast<std::uint8_t>(bits >> (8 * k));
}

__global__ void quantizeRows(Shape shape, const float* weights, std::uint16_t* codes, std::uint8_t* scales) {
    const int lane = static_cast<int>(threadIdx.x) % teamSize;
    const std::int64_t asked = std::int64_t{blockIdx.x} * rowsPerBlock + threadIdx.x / teamSize;
    const std::int64_t i = asked < shape.rows ? asked : shape.rows - 1;
    const float* const row = weights + i * shape.cols;
    for (std::int64_t begin = 0; begin < shape.cols; begin += shape.group) {
        const std::int64_t end = begin + shape.group < shape.cols ? begin + shape.group : shape.cols;
        const GroupScale scale = scaleOf(shape.scaler, row, begin, end, lane);
        if (asked >= shape.rows) continue;
        if (lane == 0 && shape.scaler.encoding.scale != ScaleType::None)
            storeScale(shape.scaler.encoding.scale, scale.bits, scales + i * shape.scaleBytes,
                       begin / shape.group);
        for (std::int64_t j = firstColumn(begin, lane); j < end; j += teamSize) {
            const float scaled =
                scale.divisor > 0 ? row[j] / scale.divisor : rounding::withSignOf(row[j], 0.0f);
            codes[i * shape.cols + j] = static_cast<std::uint16_t>(codes::encode(shape.scaler.encoding, scaled));
        }
    }
}

__global__ void packBytes(Shape shape, const std::uint16_t* codes, std::uint8_t* bytes) {
    const std::int64_t place = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
    if (place >= shape.rows * shape.codeBytes) return;
    const std::int64_t i = place / shape.codeBytes;
    const std::int64_t firstBit = place % shape.codeBytes * 8;
    const int bits = shape.scaler.encoding.bits;
    std::uint32_t byte = 0;
    for (std::int64_t j = firstBit / bits; j < shape.cols && j * bits < firstBit + 8; ++j) {
        const int shift = static_cast<int>(j * bits - firstBit);
        const std::uint32_t code = codes[i * shape.cols + j];
        byte |= shift >= 0 ? code << shift : code >> -shift;
    }
    bytes[place] = static_cast<std::uint8_t>(byte & 0xffu);
}

std::span<std::uint8_t> asBytes(std::span<std::byte> all, std::int64_t first, std::int64_t count) {
    return {reinterpret_cast<std::uint8_t*>(all.data()) + first, static_cast<std::size_t>(count)};
}

}  // namespace

void quantizePack(const MatrixView& weights, const Encoding& encoding, float globalScale,
                  std::span<std::byte> codes, std::span<std::byte> scales) {
    requireDevice();
    requireKnown(encoding);
    if (weights.rows == 0 || weights.cols == 0) return;
    Shape shape{scalerOf(encoding, globalScale),
                groupOf(encoding, weights.cols),
                0,
                weights.cols,
                codeBytesPerRow(encoding, weights.cols),
                scaleBytesPerRow(encoding, weights.cols)};
    const std::int64_t most = rowsAtATime(weights.rows, weights.cols);
    const auto cells = static_cast<std::size_t>(most * weights.cols);
    DeviceArray<float> deviceWeights(cells);
    const DeviceArray<std::uint16_t> deviceCodes(cells);
    const DeviceArray<std::uint8_t> deviceBytes(static_cast<std::size_t>(most * shape.codeBytes));
    const DeviceArray<std::uint8_t> deviceScales(static_cast<std::size_t>(most * shape.scaleBytes));
    for (std::int64_t first = 0; first < weights.rows; first += most) {
        shape.rows = std::min(most, weights.rows - first);
        deviceWeights.upload({weights.row(first), static_cast<std::size_t>(shape.rows * weights.cols)});
        quantizeRows<<<blocksFor(shape.rows, rowsPerBlock), blockSize>>>(
            shape, deviceWeights.data(), deviceCodes.data(), deviceScales.data());
        check(cudaGetLastError(), "start the quantizer");
        packBytes<<<blocksFor(shape.rows * shape.codeBytes, blockSize), blockSize>>>(
            shape, deviceCodes.data(), deviceBytes.data());
        check(cudaGetLastError(), "start the packer");
        deviceBytes.download(asBytes(codes, first * shape.codeBytes, shape.rows * shape.codeBytes));
        deviceScales.download(asBytes(scales, first * shape.scaleBytes, shape.rows * shape.scaleBytes));
    }
}

}  // namespace dq::kernels::cuda

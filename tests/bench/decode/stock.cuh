#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/format/format.hpp"
#include "kernels/cuda/device.cuh"
#include "kernels/decode/decode.hpp"
#include "kernels/quantize_pack.hpp"

/// Matrices for tests/bench/decode_gpu_bench.cu: 64 random rows of each format and width, made once on the processor and repeated on the device.
/// Every matrix has memory of its own, so that nothing is read from the L2 twice.
namespace dq::bench {

using kernels::cuda::check;
using DeviceBytes = kernels::cuda::DeviceArray<std::uint8_t>;

inline constexpr std::int64_t patternRows = 64;

inline std::vector<float> bell(std::int64_t count, float size, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0.0f, size);
    std::vector<float> numbers(static_cast<std::size_t>(count));
    for (float& one : numbers)
        one = kernels::rounding::toBf16(normal(generator));
    return numbers;
}

inline std::vector<std::uint16_t> inBf16(const std::vector<float>& numbers) {
    std::vector<std::uint16_t> halves;
    for (const float one : numbers)
        halves.push_back(static_cast<std::uint16_t>(kernels::rounding::bitsOf(one) >> 16));
    return halves;
}

/// `size` bytes that repeat `pattern`, doubled on the device.
inline std::unique_ptr<DeviceBytes> repeated(std::span<const std::uint8_t> pattern, std::size_t size) {
    auto bytes = std::make_unique<DeviceBytes>(size);
    std::size_t there = std::min(size, pattern.size());
    if (there == 0) return bytes;
    check(cudaMemcpy(bytes->data(), pattern.data(), there, cudaMemcpyHostToDevice), "copy a pattern");
    for (; there < size; there += std::min(there, size - there))
        check(cudaMemcpy(bytes->data() + there, bytes->data(), std::min(there, size - there), cudaMemcpyDeviceToDevice), "repeat a pattern");
    return bytes;
}

/// A matrix on the device, in bricks; row i is the pattern's row i % 64.
struct Placed {
    kernels::decoding::Matrix matrix;
    std::unique_ptr<DeviceBytes> bricks, rowScales;
    std::size_t bytes() const { return bricks->size() + rowScales->size(); }
};

class Stock {
public:
    const kernels::decoding::Repacked& patternOf(const std::string& format, std::int64_t cols) {
        auto& found = patterns_[{format, cols}];
        if (!found) found = std::make_unique<kernels::decoding::Repacked>(made(format, cols));
        return *found;
    }

    Placed placed(const std::string& format, std::int64_t rows, std::int64_t cols) {
        const kernels::decoding::Repacked& pattern = patternOf(format, cols);
        const std::size_t bands = static_cast<std::size_t>(kernels::decoding::bricksDown(rows));
        Placed one{kernels::decoding::matrixOf(pattern), repeated(pattern.bricks, pattern.bricks.size() / (patternRows / 16) * bands),
                   repeated(pattern.rowScales, pattern.rowScales.size() / patternRows * static_cast<std::size_t>(rows))};
        one.matrix.rows = rows;
        one.matrix.bricks = one.bricks->data();
        one.matrix.rowScales = one.rowScales->data();
        return one;
    }

private:
    static kernels::decoding::Repacked made(const std::string& name, std::int64_t cols) {
        const kernels::Encoding& encoding = format::get(name).encoding;
        const std::vector<float> numbers = bell(patternRows * cols, 0.02f, 1);
        const kernels::MatrixView view{numbers.data(), patternRows, cols};
        const float global = kernels::globalScaleFor(encoding, kernels::largestMagnitude(view));
        std::vector<std::byte> codes(static_cast<std::size_t>(patternRows * kernels::codeBytesPerRow(encoding, cols)));
        std::vector<std::byte> scales(static_cast<std::size_t>(kernels::scaleBytes(encoding, patternRows, cols)));
        kernels::quantizePack(view, encoding, global, codes, scales);
        return kernels::decoding::repack(encoding, patternRows, cols, global, codes, scales);
    }

    std::map<std::pair<std::string, std::int64_t>, std::unique_ptr<kernels::decoding::Repacked>> patterns_;
};

}  // namespace dq::bench

// Two kernels a format. roundRows: a team of 16 threads a row finds each group's scale and writes what the weights become.
// sumRows: thread i of a team is lane i of kernels/lanes.hpp, so sums come out in the reference's order. Bound by memory: 4
// bytes written and read again a weight and format. Row sums go to the host, which adds them in order.
#include <vector>

#include "kernels/cuda.hpp"
#include "kernels/cuda/team.cuh"
#include "kernels/lanes.hpp"
#include "kernels/row_units.hpp"

namespace dq::kernels::cuda {

namespace {

struct Candidate {
    Scaler scaler;
    int group;
};

struct Input {
    const float* weights;
    const float* fisher;       // or null
    const float* inputMoment;  // or null
    std::int64_t rows;
    std::int64_t cols;
};

/// lane[i] += lane[i + width], for width 8, 4, 2, 1; right in lane 0.
__device__ double sumOfLanes(double mine) {
    for (int width = teamSize / 2; width > 0; width /= 2)
        mine += __shfl_down_sync(wholeWarp, mine, width, teamSize);
    return mine;
}

__device__ float largestOfLanes(float mine) {
    for (int width = teamSize / 2; width > 0; width /= 2)
        mine = fmaxf(mine, __shfl_xor_sync(wholeWarp, mine, width, teamSize));
    return mine;
}

__global__ void roundRows(Input in, Candidate candidate, float* roundedWeights) {
    const int lane = static_cast<int>(threadIdx.x) % teamSize;
    const std::int64_t asked = std::int64_t{blockIdx.x} * rowsPerBlock + threadIdx.x / teamSize;
    const std::int64_t i =
        asked < in.rows ? asked : in.rows - 1;  // a whole warp shuffles: the surplus repeats the last row
    const float* const row = in.weights + i * in.cols;
    for (std::int64_t begin = 0; begin < in.cols; begin += candidate.group) {
        const std::int64_t end = begin + candidate.group < in.cols ? begin + candidate.group : in.cols;
        const GroupScale scale = scaleOf(candidate.scaler, row, begin, end, lane);
        if (asked >= in.rows) continue;
        for (std::int64_t j = firstColumn(begin, lane); j < end; j += teamSize)
            roundedWeights[i * in.cols + j] = rounded(candidate.scaler, scale, row[j]);
    }
}

/// A row's terms, as kernels/error_stats.hpp says.
struct Terms {
    const float* weights;
    const float* rounded;
    const float* factors;  // or null
    float unit;
    float factorUnit;
    std::int64_t cols;

    __device__ float operator()(std::int64_t j, float& largest) const {
        if (j >= cols) return 0;
        const float difference = (weights[j] - rounded[j]) * unit;
        const float square = difference * difference;
        largest = fmaxf(largest, square);
        return factors ? factors[j] * factorUnit * square : square;
    }
};

__device__ double sumOfTerms(const Terms& terms, int lane, float& largest) {
    double mine = 0;
    for (std::int64_t begin = 0; begin < terms.cols; begin += blockColumns) {
        float block = 0;
        for (std::int64_t j = begin + lane; j < begin + blockColumns && j < terms.cols; j += quadColumns) {
            const float low = terms(j, largest) + terms(j + 16, largest);
            block += low + (terms(j + 32, largest) + terms(j + 48, largest));
        }
        mine += static_cast<double>(block);
    }
    return sumOfLanes(mine);
}

__global__ void sumRows(Input in, const float* roundedWeights, int formats, int format, ErrorSums* sums) {
    const int lane = static_cast<int>(threadIdx.x) % teamSize;
    const std::int64_t asked = std::int64_t{blockIdx.x} * rowsPerBlock + threadIdx.x / teamSize;
    const std::int64_t i = asked < in.rows ? asked : in.rows - 1;
    const float* const row = in.weights + i * in.cols;
    const float* const fisher = in.fisher ? in.fisher + i * in.cols : nullptr;
    const float unit = weightUnitFor(largestOf(row, 0, in.cols, lane));
    const float fisherUnit = fisher ? unitFor(largestOf(fisher, 0, in.cols, lane)) : 1.0f;
    const float momentUnit = in.inputMoment ? unitFor(largestOf(in.inputMoment, 0, in.cols, lane)) : 1.0f;
    const float* const rounded = roundedWeights + i * in.cols;
    float largest = 0, ignored = 0;
    const double squared = sumOfTerms({row, rounded, nullptr, unit, 1, in.cols}, lane, largest);
    const double loss = fisher ? sumOfTerms({row, rounded, fisher, unit, fisherUnit, in.cols}, lane, ignored) : 0;
    const double activation =
        in.inputMoment ? sumOfTerms({row, rounded, in.inputMoment, unit, momentUnit, in.cols}, lane, ignored) : 0;
    largest = largestOfLanes(largest);
    if (lane != 0 || asked >= in.rows) return;
    const double wide = static_cast<double>(unit);
    const double outside = 1 / (wide * wide);
    ErrorSums& out = sums[i * formats + format];
    out.squared = squared * outside;
    out.fisher = 0.5 * (loss / static_cast<double>(fisherUnit) * outside);
    out.activation = activation / static_cast<double>(momentUnit) * outside;
    out.largest = static_cast<double>(sqrtf(largest)) / wide;
}

std::vector<Candidate> candidatesOf(std::span<const Encoding> palette, std::span<const float> globalScales,
                                    std::int64_t cols) {
    std::vector<Candidate> candidates;
    for (std::size_t f = 0; f < palette.size(); ++f)
        candidates.push_back({scalerOf(palette[f], globalScales[f]), groupOf(palette[f], cols)});
    return candidates;
}

}  // namespace

std::vector<ErrorSums> errorStats(const MatrixView& weights, std::span<const Encoding> palette,
                                  std::span<const float> globalScales, const float* fisher,
                                  const float* inputMoment) {
    requireDevice();
    for (const Encoding& encoding : palette)
        requireKnown(encoding);
    std::vector<ErrorSums> sums(palette.size());
    if (weights.rows == 0 || weights.cols == 0 || palette.empty()) return sums;
    const std::int64_t most = rowsAtATime(weights.rows, weights.cols);
    const auto cells = static_cast<std::size_t>(most * weights.cols);
    const std::vector<Candidate> candidates = candidatesOf(palette, globalScales, weights.cols);
    const DeviceArray<float> deviceMoment{
        std::span<const float>(inputMoment, inputMoment ? static_cast<std::size_t>(weights.cols) : 0)};
    DeviceArray<float> deviceWeights(cells);
    const DeviceArray<float> deviceRounded(cells);
    DeviceArray<float> deviceFisher(fisher ? cells : 0);
    std::vector<ErrorSums> held(static_cast<std::size_t>(most) * palette.size());
    const DeviceArray<ErrorSums> deviceSums(held.size());
    for (std::int64_t first = 0; first < weights.rows; first += most) {
        const std::int64_t rows = std::min(most, weights.rows - first);
        const auto count = static_cast<std::size_t>(rows * weights.cols);
        deviceWeights.upload({weights.row(first), count});
        if (fisher) deviceFisher.upload({fisher + first * weights.cols, count});
        const Input in{deviceWeights.data(), deviceFisher.data(), deviceMoment.data(), rows, weights.cols};
        const unsigned blocks = blocksFor(rows, rowsPerBlock);
        for (std::size_t f = 0; f < candidates.size(); ++f) {
            roundRows<<<blocks, blockSize>>>(in, candidates[f], deviceRounded.data());
            sumRows<<<blocks, blockSize>>>(in, deviceRounded.data(), static_cast<int>(candidates.size()),
                                           static_cast<int>(f), deviceSums.data());
        }
        check(cudaGetLastError(), "start the error kernels");
        const std::span<ErrorSums> found =
            std::span(held).first(static_cast<std::size_t>(rows) * palette.size());
        deviceSums.download(found);
        for (std::size_t k = 0; k < found.size(); ++k)
            sums[k % palette.size()].add(found[k]);
    }
    return sums;
}

}  // namespace dq::kernels::cuda

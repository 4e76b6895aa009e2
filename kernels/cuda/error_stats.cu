// One team of 16 threads scores one row in one format: thread i is lane i of kernels/lanes.hpp, so sums come
// out in the reference's order. Grid: x over rows (16 a block of 256), y over formats. A row is read once per
// format, from L2 after the first; bound by FP64 adds and that reading, three and one a weight and format.
// Row sums go to the host, which adds them in order.
#include <vector>

#include "kernels/cuda.hpp"
#include "kernels/cuda/team.cuh"

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

__global__ void scoreRows(Input in, const Candidate* palette, ErrorSums* sums) {
    const Candidate candidate = palette[blockIdx.y];
    const int lane = static_cast<int>(threadIdx.x) % teamSize;
    const std::int64_t asked = std::int64_t{blockIdx.x} * rowsPerBlock + threadIdx.x / teamSize;
    const std::int64_t i =
        asked < in.rows ? asked : in.rows - 1;  // a whole warp shuffles: the surplus repeats the last row
    const float* const row = in.weights + i * in.cols;
    double squared = 0;
    double fisher = 0;
    double activation = 0;
    float largest = 0;
    for (std::int64_t begin = 0; begin < in.cols; begin += candidate.group) {
        const std::int64_t end = begin + candidate.group < in.cols ? begin + candidate.group : in.cols;
        const GroupScale scale = scaleOf(candidate.scaler, row, begin, end, lane);
        for (std::int64_t j = firstColumn(begin, lane); j < end; j += teamSize) {
            const float difference = row[j] - rounded(candidate.scaler, scale, row[j]);
            const double square = static_cast<double>(difference) * static_cast<double>(difference);
            squared += square;
            if (in.fisher) fisher += static_cast<double>(in.fisher[i * in.cols + j]) * square;
            if (in.inputMoment) activation += static_cast<double>(in.inputMoment[j]) * square;
            largest = fmaxf(largest, rounding::magnitudeOf(difference));
        }
    }
    squared = sumOfLanes(squared);
    fisher = sumOfLanes(fisher);
    activation = sumOfLanes(activation);
    largest = largestOfLanes(largest);
    if (lane != 0 || asked >= in.rows) return;
    ErrorSums& out = sums[i * gridDim.y + blockIdx.y];
    out.squared = squared;
    out.fisher = 0.5 * fisher;
    out.activation = activation;
    out.largest = static_cast<double>(largest);
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
    std::vector<ErrorSums> sums(palette.size());
    if (weights.rows == 0 || weights.cols == 0 || palette.empty()) return sums;
    const std::int64_t most = rowsAtATime(weights.rows, weights.cols);
    const auto cells = static_cast<std::size_t>(most * weights.cols);
    const std::vector<Candidate> candidates = candidatesOf(palette, globalScales, weights.cols);
    const DeviceArray<Candidate> devicePalette{std::span<const Candidate>(candidates)};
    const DeviceArray<float> deviceMoment{
        std::span<const float>(inputMoment, inputMoment ? static_cast<std::size_t>(weights.cols) : 0)};
    DeviceArray<float> deviceWeights(cells);
    DeviceArray<float> deviceFisher(fisher ? cells : 0);
    std::vector<ErrorSums> held(static_cast<std::size_t>(most) * palette.size());
    const DeviceArray<ErrorSums> deviceSums(held.size());
    for (std::int64_t first = 0; first < weights.rows; first += most) {
        const std::int64_t rows = std::min(most, weights.rows - first);
        const auto count = static_cast<std::size_t>(rows * weights.cols);
        deviceWeights.upload({weights.row(first), count});
        if (fisher) deviceFisher.upload({fisher + first * weights.cols, count});
        const dim3 grid(blocksFor(rows, rowsPerBlock), static_cast<unsigned>(palette.size()));
        scoreRows<<<grid, blockSize>>>(
            {deviceWeights.data(), deviceFisher.data(), deviceMoment.data(), rows, weights.cols},
            devicePalette.data(), deviceSums.data());
        check(cudaGetLastError(), "start the error kernel");
        const std::span<ErrorSums> found =
            std::span(held).first(static_cast<std::size_t>(rows) * palette.size());
        deviceSums.download(found);
        for (std::size_t k = 0; k < found.size(); ++k)
            sums[k % palette.size()].add(found[k]);
    }
    return sums;
}

}  // namespace dq::kernels::cuda

// Products of packed weights with 1 to 16 inputs: kernels/decode/warp.hpp on the device.
//
// A block is four warps. Together they take 16 rows, every fourth brick each, or, where many inputs would be read again for each
// band of rows, up to 64 rows of their own. A warp's bricks come through its own ring of shared memory: copies of 16 bytes a lane
// straight past the L1, up to seven bricks ahead, no barrier but the warp's. Codes become exact BF16 numbers, the tensor core
// multiplies them with eight inputs at once and sums in FP32; scales meet the sums of their groups. Bound by reading the weights:
// four blocks a Hopper processor have about 180 KB under way, and three instructions a weight are what 4 bits leave time for on an H200.
//
// Every block is of one format (a switch all its threads take alike), so a launch may hold any mixture. The next launch on the stream may
// begin at once and fill its rings while this one drains (programmatic dependent launch): weights depend on nothing.
#include <mutex>

#include "kernels/cuda.hpp"
#include "kernels/cuda/decode_warp.cuh"
#include "kernels/cuda/device.cuh"
#include "kernels/decode/decode.hpp"

namespace dq::kernels::decoding::cuda {

namespace {

using kernels::cuda::check;
using kernels::cuda::DeviceArray;

constexpr int blockThreads = warpsPerBlock * warpLanes;
/// Registers for four blocks a processor with one tile of inputs, for three with two.
constexpr int blocksPlanned(int tiles) {
    return tiles == 1 ? 4 : 3;
}

template <Coding coding, int tiles>
__device__ void runBlock(const Launch& launch, const Segment& segment, std::uint8_t* rings) {
    using Warp = DeviceWarp<coding, tiles>;
    Warp warp(rings, launch.ringBytes);
    const Place place = placeOf(launch, segment, static_cast<int>(blockIdx.x), static_cast<int>(threadIdx.x) / warpLanes);
    Stream<coding, tiles, Warp>(warp, launch, segment, place).run();
    leaveSums<tiles>(warp);
    __syncthreads();
    gather<tiles>(warp, launch, segment, place);
}

template <int tiles, int coding = 0>
__device__ void runAny(const Launch& launch, const Segment& segment, std::uint8_t* rings) {
    if constexpr (coding < codings) {
        constexpr auto mine = static_cast<Coding>(coding);
        if (segment.matrix.layout.coding == mine) return runBlock<mine, tiles>(launch, segment, rings);
        runAny<tiles, coding + 1>(launch, segment, rings);
    }
}

template <int tiles>
__global__ void __launch_bounds__(blockThreads, blocksPlanned(tiles)) products(const __grid_constant__ Launch launch) {
    extern __shared__ Words4 rings[];
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
    runAny<tiles>(launch, segmentOf(launch, static_cast<int>(blockIdx.x)), reinterpret_cast<std::uint8_t*>(rings));
}

using Kernel = void (*)(Launch);

/// A block may ask for more shared memory than 48 KB only after this; how much is the device's own limit.
void allowSharedMemory() {
    static std::once_flag once;
    std::call_once(once, [] {
        int most = 0;
        check(cudaDeviceGetAttribute(&most, cudaDevAttrMaxSharedMemoryPerBlockOptin, 0), "ask the device for its shared memory");
        for (const Kernel kernel : {Kernel{products<1>}, Kernel{products<2>}})
            check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, most), "let the products use shared memory");
    });
}

/// Whether launches may begin before the one in front of them has ended: Hopper and later.
bool mayOverlap() {
    static const int major = [] {
        int found = 0;
        check(cudaDeviceGetAttribute(&found, cudaDevAttrComputeCapabilityMajor, 0), "ask the device what it is");
        return found;
    }();
    return major >= 9;
}

}  // namespace

struct Resident::Parts {
    explicit Parts(const Repacked& weights) : bricks(std::span(weights.bricks)), rowScales(std::span(weights.rowScales)), matrix(matrixOf(weights)) {
        matrix.bricks = bricks.data();
        matrix.rowScales = rowScales.data();
    }
    DeviceArray<std::uint8_t> bricks, rowScales;
    Matrix matrix;
};

Resident::Resident(const Repacked& weights) {
    kernels::cuda::requireDevice();
    parts_ = std::make_unique<Parts>(weights);
}
Resident::~Resident() = default;

const Matrix& Resident::matrix() const {
    return parts_->matrix;
}

int processors() {
    kernels::cuda::requireDevice();
    int count = 0;
    check(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, 0), "count the device's processors");
    return count;
}

void start(const Launch& launch, void* stream) {
    kernels::cuda::requireDevice();
    if (launch.blocks == 0) return;
    allowSharedMemory();
    cudaLaunchAttribute overlap{};
    overlap.id = cudaLaunchAttributeProgrammaticStreamSerialization;
    overlap.val.programmaticStreamSerializationAllowed = 1;
    cudaLaunchConfig_t config{};
    config.gridDim = dim3(static_cast<unsigned>(launch.blocks));
    config.blockDim = dim3(blockThreads);
    config.dynamicSmemBytes = static_cast<std::size_t>(warpsPerBlock) * static_cast<std::size_t>(launch.ringBytes);
    config.stream = static_cast<cudaStream_t>(stream);
    config.attrs = &overlap;
    config.numAttrs = mayOverlap() ? 1 : 0;
    check(cudaLaunchKernelEx(&config, launch.tiles() == 1 ? Kernel{products<1>} : Kernel{products<2>}, launch), "start the products");
}

std::vector<std::vector<float>> multiply(std::span<const Repacked* const> weights, std::span<const std::uint16_t> x, std::int64_t batch) {
    kernels::cuda::requireDevice();
    const DeviceArray<std::uint16_t> inputs(x);
    std::vector<std::unique_ptr<Resident>> residents;
    std::vector<std::unique_ptr<DeviceArray<float>>> sums;
    std::vector<std::vector<float>> results;
    std::vector<Matrix> matrices;
    std::vector<void*> to;
    for (const Repacked* one : weights) {
        residents.push_back(std::make_unique<Resident>(*one));
        matrices.push_back(residents.back()->matrix());
        results.emplace_back(static_cast<std::size_t>(batch * one->rows), __builtin_nanf(""));
        sums.push_back(std::make_unique<DeviceArray<float>>(std::span<const float>(results.back())));
        to.push_back(sums.back()->data());
    }
    start(planned(matrices, inputs.data(), batch, to, Output::F32, processors()), nullptr);
    for (std::size_t i = 0; i < results.size(); ++i)
        sums[i]->download(results[i]);
    return results;
}

}  // namespace dq::kernels::decoding::cuda

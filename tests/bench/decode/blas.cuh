#pragma once

#include <cublasLt.h>
#include <cublas_v2.h>

#include <map>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "tests/bench/decode/timing.cuh"

/// cuBLAS at its best: y [batch, rows] = x [batch, cols] * W^T in BF16 with FP32 sums, by cublasGemmEx and by cublasLt's first eight proposals,
/// the fastest of them for each shape found once.
namespace dq::bench {

inline void checkBlas(cublasStatus_t status, const char* tried) {
    if (status != CUBLAS_STATUS_SUCCESS) throw std::runtime_error(std::string("cuBLAS could not ") + tried + ": " + cublasGetStatusString(status));
}

struct Gemm {
    const void* weights;
    const void* x;
    void* y;
    int rows, cols, batch;
};

class Blas {
public:
    explicit Blas(cudaStream_t stream) : stream_(stream), space_(spaceBytes) {
        checkBlas(cublasCreate(&plain_), "start");
        checkBlas(cublasSetStream(plain_, stream), "take a stream");
        checkBlas(cublasSetWorkspace(plain_, space_.data(), spaceBytes), "take memory");
        checkBlas(cublasLtCreate(&light_), "start Lt");
    }
    ~Blas() {
        cublasDestroy(plain_);
        cublasLtDestroy(light_);
    }
    Blas(const Blas&) = delete;
    Blas& operator=(const Blas&) = delete;

    void plain(const Gemm& g) const {
        const float one = 1, none = 0;
        checkBlas(cublasGemmEx(plain_, CUBLAS_OP_T, CUBLAS_OP_N, g.rows, g.batch, g.cols, &one, g.weights, CUDA_R_16BF, g.cols, g.x, CUDA_R_16BF, g.cols, &none,
                               g.y, CUDA_R_16BF, g.rows, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT),
                  "multiply");
    }

    void light(const Gemm& g) {
        Plan& plan = planOf(g);
        run(plan, plan.best, g);
    }

private:
    static constexpr std::size_t spaceBytes = 64u << 20;
    struct Plan {
        cublasLtMatmulDesc_t how = nullptr;
        cublasLtMatrixLayout_t w = nullptr, x = nullptr, y = nullptr;
        cublasLtMatmulAlgo_t best{};
    };

    void run(const Plan& plan, const cublasLtMatmulAlgo_t& algorithm, const Gemm& g) const {
        const float one = 1, none = 0;
        checkBlas(cublasLtMatmul(light_, plan.how, &one, g.weights, plan.w, g.x, plan.x, &none, g.y, plan.y, g.y, plan.y, &algorithm, space_.data(), spaceBytes,
                                 stream_),
                  "multiply by Lt");
    }

    Plan& planOf(const Gemm& g) {
        const auto [found, isNew] = plans_.try_emplace({g.rows, g.cols, g.batch});
        if (isNew) found->second = made(g);
        return found->second;
    }

    Plan made(const Gemm& g) const {
        Plan plan;
        checkBlas(cublasLtMatmulDescCreate(&plan.how, CUBLAS_COMPUTE_32F, CUDA_R_32F), "describe a product");
        const cublasOperation_t turned = CUBLAS_OP_T;
        checkBlas(cublasLtMatmulDescSetAttribute(plan.how, CUBLASLT_MATMUL_DESC_TRANSA, &turned, sizeof(turned)), "describe a product");
        const auto rows = static_cast<std::uint64_t>(g.rows), cols = static_cast<std::uint64_t>(g.cols), batch = static_cast<std::uint64_t>(g.batch);
        checkBlas(cublasLtMatrixLayoutCreate(&plan.w, CUDA_R_16BF, cols, rows, g.cols), "describe weights");
        checkBlas(cublasLtMatrixLayoutCreate(&plan.x, CUDA_R_16BF, cols, batch, g.cols), "describe inputs");
        checkBlas(cublasLtMatrixLayoutCreate(&plan.y, CUDA_R_16BF, rows, batch, g.rows), "describe results");
        cublasLtMatmulPreference_t wish = nullptr;
        const std::size_t space = spaceBytes;
        checkBlas(cublasLtMatmulPreferenceCreate(&wish), "wish");
        checkBlas(cublasLtMatmulPreferenceSetAttribute(wish, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &space, sizeof(space)), "wish");
        cublasLtMatmulHeuristicResult_t proposed[8];
        int count = 0;
        checkBlas(cublasLtMatmulAlgoGetHeuristic(light_, plan.how, plan.w, plan.x, plan.y, plan.y, wish, 8, proposed, &count), "propose");
        cublasLtMatmulPreferenceDestroy(wish);
        double least = 1e300;
        for (int i = 0; i < count; ++i) {
            const Graph graph(stream_, [&] { run(plan, proposed[i].algo, g); });
            const double time = median(interleaved({&graph}, 5)[0]);
            if (time < least) plan.best = proposed[i].algo;
            least = std::min(least, time);
        }
        if (count == 0) throw std::runtime_error("cublasLt proposes nothing for a shape");
        return plan;
    }

    cudaStream_t stream_;
    kernels::cuda::DeviceArray<std::uint8_t> space_;
    cublasHandle_t plain_ = nullptr;
    cublasLtHandle_t light_ = nullptr;
    std::map<std::tuple<int, int, int>, Plan> plans_;
};

}  // namespace dq::bench

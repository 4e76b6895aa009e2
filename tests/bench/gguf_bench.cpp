// Millions of weights a second on one thread for every GGUF type: the reference, then each vector unit this
// processor has. usage: gguf_bench [ROUNDS]   (median over the rounds, of processor time;
// gguf_against_stock.sh compares with stock)
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "kernels/gguf/gguf.hpp"
#include "kernels/simd/targets.hpp"
#include "tests/kernels/gguf_rows.hpp"

namespace {

namespace gguf = dq::kernels::gguf;
namespace simd = dq::kernels::simd;

double processorSeconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Job {
    gguf::TypeInfo info;
    std::size_t cols;
    const std::vector<float>& weights;
    const float* importance;
    std::vector<std::byte> out;
};

double megaweights(int rounds, const Job& job, const std::function<void()>& work) {
    std::vector<double> seconds;
    for (int round = 0; round < rounds; ++round) {
        const double start = processorSeconds();
        work();
        seconds.push_back(processorSeconds() - start);
    }
    std::sort(seconds.begin(), seconds.end());
    return static_cast<double>(job.weights.size()) / seconds[seconds.size() / 2] / 1e6;
}

void byReference(Job& job) {
    const std::size_t bytes = gguf::rowBytes(job.info.type, job.cols);
    for (std::size_t row = 0; row < job.weights.size() / job.cols; ++row)
        gguf::reference::quantizeRow(job.info.type, {job.weights.data() + row * job.cols, job.cols},
                                     job.importance, {job.out.data() + row * bytes, bytes});
}

void printRow(int rounds, Job job) {
    std::printf("%-8s %-10s %10.1f", std::string(job.info.name).c_str(), job.importance ? "yes" : "no",
                megaweights(rounds, job, [&] { byReference(job); }));
    for (const std::string& target : simd::targets()) {
        simd::forceTarget(target);
        std::printf(" %10.1f", megaweights(rounds, job, [&] {
                        gguf::quantizeRows(job.info.type, job.weights, job.cols, job.importance, job.out);
                    }));
    }
    simd::forceTarget("");
    std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
    constexpr std::size_t rows = 32;
    constexpr std::size_t cols = 4096;
    const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 7;
    const std::vector<float> weights = dq::test::makeRows(dq::test::Rows::Gaussian, rows, cols, 3);
    const std::vector<float> importance = dq::test::makeImportance(dq::test::Importance::LikeReal, cols, 3);
    std::printf("%-8s %-10s %10s", "type", "importance", "reference");
    for (const std::string& target : simd::targets())
        std::printf(" %10s", target.c_str());
    std::printf("   (million weights a second, one thread)\n");
    for (const gguf::TypeInfo& info : gguf::types())
        for (const bool weighed : {false, true})
            if (!weighed || info.usesImportance)
                printRow(rounds, {info, cols, weights, weighed ? importance.data() : nullptr,
                                  std::vector<std::byte>(rows * gguf::rowBytes(info.type, cols))});
    return 0;
}

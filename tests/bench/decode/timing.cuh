#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "kernels/cuda/device.cuh"

/// Graphs of launches, timed by events in interleaved rounds.
namespace dq::bench {

class Stream {
public:
    Stream() { kernels::cuda::check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "make a stream"); }
    ~Stream() { cudaStreamDestroy(stream_); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    cudaStream_t get() const { return stream_; }

private:
    cudaStream_t stream_ = nullptr;
};

/// What `body` starts on the stream, as a graph.
class Graph {
public:
    Graph(cudaStream_t stream, const std::function<void()>& body) : stream_(stream) {
        using kernels::cuda::check;
        cudaGraph_t graph = nullptr;
        check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "begin a graph");
        body();
        check(cudaStreamEndCapture(stream, &graph), "end a graph");
        check(cudaGraphInstantiate(&runnable_, graph, 0), "make a graph");
        check(cudaGraphDestroy(graph), "let go of a graph");
        check(cudaEventCreate(&begin_), "make an event");
        check(cudaEventCreate(&end_), "make an event");
    }
    ~Graph() {
        cudaGraphExecDestroy(runnable_);
        cudaEventDestroy(begin_);
        cudaEventDestroy(end_);
    }
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    double microseconds() const {
        using kernels::cuda::check;
        check(cudaEventRecord(begin_, stream_), "record an event");
        check(cudaGraphLaunch(runnable_, stream_), "start a graph");
        check(cudaEventRecord(end_, stream_), "record an event");
        check(cudaEventSynchronize(end_), "run a graph");
        float milliseconds = 0;
        check(cudaEventElapsedTime(&milliseconds, begin_, end_), "read the time");
        return 1e3 * milliseconds;
    }

private:
    cudaStream_t stream_;
    cudaGraphExec_t runnable_ = nullptr;
    cudaEvent_t begin_ = nullptr, end_ = nullptr;
};

inline double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

/// A, B, C, A, B, C ...: each one's median, the first rounds left out; all times are printed by who wants them.
inline std::vector<std::vector<double>> interleaved(const std::vector<const Graph*>& graphs, int rounds) {
    constexpr int warmUp = 3;
    std::vector<std::vector<double>> times(graphs.size());
    for (int round = 0; round < warmUp + rounds; ++round)
        for (std::size_t i = 0; i < graphs.size(); ++i) {
            const double time = graphs[i]->microseconds();
            if (round >= warmUp) times[i].push_back(time);
        }
    return times;
}

}  // namespace dq::bench

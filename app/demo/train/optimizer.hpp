#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace dq::demo {

/// The learning rate over a run: a straight rise, then half a cosine down to a twentieth.
struct Schedule {
    double highest = 3e-3;
    std::int64_t rise = 60;
    std::int64_t steps = 1000;

    double rate(std::int64_t step) const;
};

/// AdamW (Loshchilov and Hutter): matrices decay, vectors do not.
class AdamW {
public:
    struct Options {
        double beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8, decay = 0.01, largestNorm = 1.0;
    };
    AdamW(std::vector<at::Tensor> weights, Options options);

    void step(double rate);  // takes the gradients, their norm cut to largestNorm, and clears them

private:
    std::vector<at::Tensor> weights_, mean_, square_;
    Options options_;
    std::int64_t steps_ = 0;
};

}  // namespace dq::demo

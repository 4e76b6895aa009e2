#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dq::kernels::matvec {

/// How fast all cores together read memory, by reading it: what products are held against.
class ReadRate {
public:
    explicit ReadRate(std::size_t bytes);
    double bytesPerSecond();  // once through

private:
    std::vector<std::uint64_t> words_, sums_;
};

}  // namespace dq::kernels::matvec

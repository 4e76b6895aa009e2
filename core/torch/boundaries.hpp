#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/units.hpp"

namespace dq::torch_worker {

struct BoundaryLimits {
    Bytes exact = 1_GiB;     // all boundaries together below it: kept as they are
    Bytes memory = 256_MiB;  // of rounded ones; what comes after goes to a file
};

/// A file without a name, gone with its process. Throws Error(Io) naming the folder where it cannot be made or written.
class Spill {
public:
    Spill() = default;
    ~Spill();
    Spill(const Spill&) = delete;
    Spill& operator=(const Spill&) = delete;

    void write(std::int64_t at, const at::Tensor& bytes);
    void read(std::int64_t at, at::Tensor& bytes) const;

private:
    void open();
    int file_ = -1;
    std::string folder_;
};

/// What every block reads, [positions, hidden], kept from the forward pass for the way back. Of a large text or model
/// they are rounded to BF16, and past a limit lie in a file. Which of it happens depends on their number and size alone.
class Boundaries {
public:
    Boundaries(std::int64_t positions, std::int64_t hidden, std::int64_t count, const BoundaryLimits& limits = {});

    void push(const at::Tensor& boundary);
    std::size_t size() const { return sizes_; }
    /// As the next block is to read it: rounded where they are kept rounded.
    at::Tensor at(std::size_t index) const;
    at::Tensor back() const { return at(sizes_ - 1); }
    void shrink(std::size_t count);  // forgets what stands above
    bool rounded() const { return rounded_; }
    bool spilled() const { return sizes_ > inMemory_; }

private:
    std::int64_t positions_, hidden_;
    bool rounded_;
    std::size_t inMemory_;  // the first so many stay in memory
    std::size_t sizes_ = 0;
    std::vector<at::Tensor> kept_;
    Spill spill_;
};

}  // namespace dq::torch_worker

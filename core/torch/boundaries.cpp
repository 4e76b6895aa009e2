#include "core/torch/boundaries.hpp"

#include <ATen/ATen.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "core/base/error.hpp"

namespace dq::torch_worker {

namespace {

Error fault(const std::string& folder, const char* step) {
    return {Kind::Io, folder + ": cannot " + step + " the temporary file for activations: " + std::strerror(errno) +
                          " (TMPDIR chooses another folder; fewer tokens need less)"};
}

}  // namespace

Spill::~Spill() {
    if (file_ >= 0) ::close(file_);
}

void Spill::open() {
    std::error_code ignored;
    folder_ = std::filesystem::temp_directory_path(ignored).string();
    std::string name = folder_ + "/dynaquant-XXXXXX";
    file_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (file_ < 0) throw fault(folder_, "make");
    ::unlink(name.c_str());
}

void Spill::write(std::int64_t at, const at::Tensor& bytes) {
    if (file_ < 0) open();
    const auto* from = static_cast<const char*>(bytes.data_ptr());
    for (auto left = static_cast<std::int64_t>(bytes.nbytes()); left > 0;) {
        const ssize_t done = ::pwrite(file_, from, static_cast<std::size_t>(left), at);
        if (done <= 0 && errno != EINTR) throw fault(folder_, "write");
        if (done <= 0) continue;
        from += done;
        at += done;
        left -= done;
    }
}

void Spill::read(std::int64_t at, at::Tensor& bytes) const {
    auto* to = static_cast<char*>(bytes.data_ptr());
    for (auto left = static_cast<std::int64_t>(bytes.nbytes()); left > 0;) {
        const ssize_t done = ::pread(file_, to, static_cast<std::size_t>(left), at);
        if (done <= 0 && errno != EINTR) throw fault(folder_, "read");
        if (done <= 0) continue;
        to += done;
        at += done;
        left -= done;
    }
}

Boundaries::Boundaries(std::int64_t positions, std::int64_t hidden, std::int64_t count, const BoundaryLimits& limits)
    : positions_(positions), hidden_(hidden) {
    const Bytes each = positions * hidden * 2;
    rounded_ = 2 * each * count > limits.exact;
    const Bytes fitting = rounded_ ? limits.memory / std::max<Bytes>(each, 1) : count;
    inMemory_ = static_cast<std::size_t>(std::clamp<Bytes>(fitting, 0, count));
}

void Boundaries::push(const at::Tensor& boundary) {
    const at::Tensor stored = rounded_ ? boundary.to(at::kBFloat16) : boundary;
    if (sizes_ < inMemory_)
        kept_.push_back(stored);
    else
        spill_.write(static_cast<std::int64_t>(sizes_) * static_cast<std::int64_t>(stored.nbytes()), stored);
    ++sizes_;
}

at::Tensor Boundaries::at(std::size_t index) const {
    if (index < inMemory_) return rounded_ ? kept_[index].to(at::kFloat) : kept_[index];
    at::Tensor stored = at::empty({positions_, hidden_}, at::TensorOptions().dtype(at::kBFloat16));
    spill_.read(static_cast<std::int64_t>(index) * static_cast<std::int64_t>(stored.nbytes()), stored);
    return stored.to(at::kFloat);
}

void Boundaries::shrink(std::size_t count) {
    sizes_ = std::min(sizes_, count);
    if (kept_.size() > sizes_) kept_.resize(sizes_);
}

}  // namespace dq::torch_worker

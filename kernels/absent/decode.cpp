#include "kernels/decode/decode.hpp"

#include "core/base/error.hpp"

namespace dq::kernels::decoding::cuda {

namespace {
[[noreturn]] void refuse() {
    throw Error(Kind::Unavailable,
                "this build has no CUDA kernels, products on a device among them: configure with -DDQ_CUDA=ON where a CUDA compiler is installed");
}
}  // namespace

struct Resident::Parts {};

Resident::Resident(const Repacked&) {
    refuse();
}
Resident::~Resident() = default;

const Matrix& Resident::matrix() const {
    refuse();
}

int processors() {
    refuse();
}

void start(const Launch&, void*) {
    refuse();
}

std::vector<std::vector<float>> multiply(std::span<const Repacked* const>, std::span<const std::uint16_t>, std::int64_t) {
    refuse();
}

}  // namespace dq::kernels::decoding::cuda

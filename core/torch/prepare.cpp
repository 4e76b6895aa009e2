#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/csrc/api/include/torch/version.h>

#include "core/base/parallel.hpp"
#include "core/torch/guard.hpp"
#include "core/torch/worker.hpp"

namespace dq::torch_worker {

namespace {
/// "AVX512": libtorch 1.13 says it only inside its configuration text.
std::string processor() {
    const std::string config = at::show_config(), label = "CPU capability usage: ";
    const std::size_t at = config.find(label);
    if (at == std::string::npos) return "unknown processor";
    const std::size_t from = at + label.size();
    return config.substr(from, config.find('\n', from) - from);
}
}  // namespace

std::string prepare() {
    return guarded("starting libtorch", [] {
        at::set_num_threads(threadCount());
        const int threads = at::get_num_threads();
        return "libtorch " TORCH_VERSION ", " + std::to_string(threads) +
               (threads == 1 ? " thread, " : " threads, ") + processor();
    });
}

}  // namespace dq::torch_worker

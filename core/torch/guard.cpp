#include "core/torch/guard.hpp"

namespace dq::torch_worker {

namespace {
bool says(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}
}  // namespace

Error translated(const c10::Error& error, std::string_view during) {
    const std::string whole = error.what_without_backtrace();
    const std::string line = whole.substr(0, whole.find('\n'));
    const bool memory = says(line, "allocate memory") || says(line, "out of memory");
    return Error(memory ? Kind::Memory : Kind::Unsupported, "libtorch: " + line).during(during);
}

Error outOfMemory(std::string_view during) {
    return Error(Kind::Memory, "there is not enough memory").during(during);
}

}  // namespace dq::torch_worker

#pragma once

#include <c10/util/Exception.h>

#include <new>
#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace dq::torch_worker {

/// libtorch's complaint as ours: its first line, without the stack; out of memory is Kind::Memory.
Error translated(const c10::Error& error, std::string_view during);
Error outOfMemory(std::string_view during);

/// Runs body; whatever libtorch throws leaves it as dq::Error. Every entry from outside this folder goes
/// through here.
template <class Body>
auto guarded(std::string_view during, const Body& body) {
    try {
        return body();
    } catch (const c10::Error& error) {
        throw translated(error, during);
    } catch (const std::bad_alloc&) {
        throw outOfMemory(during);
    }
}

}  // namespace dq::torch_worker

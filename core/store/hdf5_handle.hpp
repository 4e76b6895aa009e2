#pragma once

#include <hdf5.h>

#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.hpp"

/// Private to core/store: the only files of the program that name HDF5.
namespace dq::store::hdf5 {

/// An HDF5 identifier and the function that closes it.
class Handle {
public:
    using Close = herr_t (*)(hid_t);

    Handle() = default;
    Handle(hid_t id, Close close) : id_(id), close_(close) {}
    ~Handle() { reset(); }
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }

    hid_t get() const { return id_; }
    bool valid() const { return id_ >= 0; }
    /// Closes now; false where the library could not (a file whose last bytes did not reach the disk).
    bool reset() {
        const bool closed = id_ < 0 || close_(id_) >= 0;
        id_ = H5I_INVALID_HID;
        return closed;
    }

private:
    hid_t id_ = H5I_INVALID_HID;
    Close close_ = nullptr;
};

/// What the library says went wrong last, innermost cause first; empties its stack.
std::string lastFault();

/// Held while the library is used: its serial build keeps state that threads must not share. Also silences
/// its own printing.
class Session {
public:
    Session();

private:
    std::unique_lock<std::recursive_mutex> lock_;
};

}  // namespace dq::store::hdf5

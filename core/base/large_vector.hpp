#pragma once

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace dq {

/// Leaves the elements that resize() makes unset instead of zeroing them.
template <class T>
struct Unset : std::allocator<T> {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

    Unset() = default;
    template <class U>
    Unset(const Unset<U>&) {}
    template <class U>
    struct rebind {
        using other = Unset<U>;
    };
    template <class U, class... Arguments>
    void construct(U* place, Arguments&&... arguments) {
        if constexpr (sizeof...(Arguments) > 0) std::construct_at(place, std::forward<Arguments>(arguments)...);
    }
};

/// For arrays of megabytes that are written from end to end right after they are made.
template <class T>
using LargeVector = std::vector<T, Unset<T>>;

}  // namespace dq

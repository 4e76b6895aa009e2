#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace dq {

/// A 128-bit XXH3 hash fed piece by piece; the result is 32 hexadecimal digits. Not cryptographic: it tells
/// models and texts apart, it does not defend against someone who wants two to collide.
class Fingerprint {
public:
    Fingerprint();
    ~Fingerprint();
    Fingerprint(const Fingerprint&) = delete;
    Fingerprint& operator=(const Fingerprint&) = delete;

    void add(std::span<const std::byte> bytes);
    void add(std::string_view text);  // its length counts too: add("ab"), add("c") differs from add("a"), add("bc")
    std::string hex() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace dq

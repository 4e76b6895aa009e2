#define XXH_INLINE_ALL
#define XXH_STATIC_LINKING_ONLY
#include "core/base/fingerprint.hpp"

#include <xxhash.h>

#include <array>
#include <cstdint>
#include <cstdio>

namespace dq {

struct Fingerprint::State {
    XXH3_state_t hash;
};

Fingerprint::Fingerprint() : state_(std::make_unique<State>()) {
    XXH3_128bits_reset(&state_->hash);
}

Fingerprint::~Fingerprint() = default;

void Fingerprint::add(std::span<const std::byte> bytes) {
    if (!bytes.empty()) XXH3_128bits_update(&state_->hash, bytes.data(), bytes.size());
}

void Fingerprint::add(std::string_view text) {
    const std::uint64_t length = text.size();
    add(std::as_bytes(std::span(&length, 1)));
    add(std::as_bytes(std::span(text.data(), text.size())));
}

std::string Fingerprint::hex() const {
    const XXH128_hash_t digest = XXH3_128bits_digest(&state_->hash);
    std::array<char, 33> text{};
    std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(digest.high64),
                  static_cast<unsigned long long>(digest.low64));
    return text.data();
}

}  // namespace dq

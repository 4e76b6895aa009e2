#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/units.hpp"
#include "core/json/json.hpp"

namespace dq::exporting {

/// Of one tensor: the sizes of the pieces it was written in, first to last, and a 128-bit fingerprint of their fingerprints.
struct Digest {
    std::vector<Bytes> pieces;
    std::string hex;
};

/// Makes the digest of a tensor out of its pieces, which come in any order and from any thread.
class DigestMaker {
public:
    void add(Bytes at, std::span<const std::byte> piece);
    /// Of all pieces, which lie one behind the other.
    Digest digest() const;

private:
    struct Piece {
        Bytes bytes = 0;
        std::string hex;
    };
    std::mutex guard_;
    std::map<Bytes, Piece> pieces_;
};

/// A fingerprint of every tensor as the quantizer gave it: what was written is read back and compared with it, without
/// quantizing a second time.
class Digests {
public:
    void add(const std::string& tensor, Digest digest);
    void add(const Digests& others);
    bool holds(std::string_view tensor, std::span<const std::byte> bytes) const;  // read by all threads
    /// Throws Error(Corrupt) beginning with `where`.
    void require(std::string_view tensor, std::span<const std::byte> found, const std::string& where) const;
    std::size_t size() const { return digests_.size(); }

    json::Json toJson() const;
    static Digests fromJson(const json::Json& json, std::string_view source);  // throws Error(Corrupt)

private:
    std::map<std::string, Digest, std::less<>> digests_;
};

}  // namespace dq::exporting

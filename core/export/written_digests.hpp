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
struct WrittenDigest {
    std::vector<Bytes> pieces;
    std::string hex;
};

/// Makes the digest of a tensor out of its pieces, which come in any order and from any thread.
class DigestMaker {
public:
    void add(Bytes at, std::span<const std::byte> piece);
    /// Of all pieces, which lie one behind the other.
    WrittenDigest digest() const;

private:
    struct Piece {
        Bytes bytes = 0;
        std::string hex;
    };
    std::mutex guard_;
    std::map<Bytes, Piece> pieces_;
};

/// A fingerprint of every tensor as the quantizer gave it, made while its pieces were written: what lies on the disk is read back and
/// compared with it, without quantizing a second time.
class WrittenDigests {
public:
    void add(const std::string& tensor, WrittenDigest digest);
    void add(const WrittenDigests& others);
    bool holds(std::string_view tensor, std::span<const std::byte> bytes) const;  // read by all threads
    /// Throws Error(Corrupt) beginning with `where`.
    void require(std::string_view tensor, std::span<const std::byte> found, const std::string& where) const;
    std::size_t size() const { return digests_.size(); }

    json::Json toJson() const;
    static WrittenDigests fromJson(const json::Json& json, std::string_view source);  // throws Error(Corrupt)

private:
    std::map<std::string, WrittenDigest, std::less<>> digests_;
};

}  // namespace dq::exporting

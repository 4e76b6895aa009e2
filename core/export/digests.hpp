#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json.hpp"

namespace dq::exporting {

/// The 128-bit XXH3 of every tensor, or of every file, by name: what a manifest says of them.
class Digests {
public:
    void add(const std::string& tensor, std::span<const std::byte> bytes);
    void add(const Digests& others);
    /// Zeros in its place until it is added: as long in JSON as when it is.
    void expect(const std::string& tensor);
    bool holds(std::string_view tensor, std::span<const std::byte> bytes) const;
    /// Throws Error(Corrupt) beginning with `where`.
    void require(std::string_view tensor, std::span<const std::byte> found, const std::string& where) const;
    std::size_t size() const { return hex_.size(); }
    bool operator==(const Digests&) const = default;

    json::Json toJson() const;
    std::vector<std::string> names() const;
    static Digests fromJson(const json::Json& json, std::string_view source);  // throws Error(Corrupt)

private:
    std::map<std::string, std::string, std::less<>> hex_;
};

}  // namespace dq::exporting

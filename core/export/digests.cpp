#include "core/export/digests.hpp"

#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"

namespace dq::exporting {

namespace {

std::string hexOf(std::span<const std::byte> bytes) {
    Fingerprint print;
    print.add(bytes);
    return print.hex();
}

}  // namespace

void Digests::add(const std::string& tensor, std::span<const std::byte> bytes) {
    hex_.insert_or_assign(tensor, hexOf(bytes));
}

void Digests::add(const Digests& others) {
    for (const auto& [tensor, hex] : others.hex_) hex_.insert_or_assign(tensor, hex);
}

bool Digests::holds(std::string_view tensor, std::span<const std::byte> bytes) const {
    const auto known = hex_.find(tensor);
    return known != hex_.end() && known->second == hexOf(bytes);
}

void Digests::require(std::string_view tensor, std::span<const std::byte> found, const std::string& where) const {
    if (!holds(tensor, found)) throw Error(Kind::Corrupt, where + ": is not what was exported");
}

void Digests::expect(const std::string& tensor) {
    hex_.emplace(tensor, std::string(32, '0'));
}

std::vector<std::string> Digests::names() const {
    std::vector<std::string> all;
    for (const auto& [tensor, hex] : hex_) all.push_back(tensor);
    return all;
}

json::Json Digests::toJson() const {
    json::Json object = json::Json::object();
    for (const auto& [tensor, hex] : hex_) object[tensor] = hex;
    return object;
}

Digests Digests::fromJson(const json::Json& json, std::string_view source) {
    if (!json.is_object()) throw Error(Kind::Corrupt, std::string(source) + ": must hold a fingerprint for each tensor");
    Digests digests;
    for (const auto& [tensor, hex] : json.items()) {
        if (!hex.is_string()) throw Error(Kind::Corrupt, std::string(source) + ": the fingerprint of " + json::excerpt(tensor) + " is no text");
        digests.hex_[tensor] = hex.get<std::string>();
    }
    return digests;
}

}  // namespace dq::exporting

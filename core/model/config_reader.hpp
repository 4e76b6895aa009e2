#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json/json.hpp"

namespace dq::model {

/// A number within [low, high], or Error(Corrupt) naming both.
double within(double value, double low, double high, const char* key, std::string_view source);

/// One object of config.json; every number that leaves it was checked. Where a fallback is given, an absent key or null means that.
class ConfigReader {
public:
    ConfigReader(const json::Json& object, std::string_view source) : object_(object), source_(source) {}

    bool has(const char* key) const { return json::present(object_, key) != nullptr; }
    std::int64_t count(const char* key, std::int64_t most) const;  // 1 to most; must be there
    std::int64_t countOr(const char* key, std::int64_t fallback, std::int64_t most) const;
    std::int64_t countOrZero(const char* key, std::int64_t fallback, std::int64_t most) const;  // 0 may stand there too
    double numberOr(const char* key, double fallback, double low, double high) const;
    bool flag(const char* key, bool fallback) const { return json::boolOr(object_, key, fallback, source_); }
    std::string textOr(const char* key, std::string fallback) const { return json::textOr(object_, key, std::move(fallback), source_); }
    const json::Json* listOf(const char* key, std::int64_t length) const;  // nullptr: absent

    const json::Json& object() const { return object_; }
    std::string_view source() const { return source_; }
    [[noreturn]] void unsupported(const std::string& sentence) const;
    [[noreturn]] void corrupt(const std::string& sentence) const;
    /// A setting that changes the arithmetic in a way nothing here computes.
    void requireOff(const char* key) const;

private:
    const json::Json& object_;
    std::string_view source_;
};

}  // namespace dq::model

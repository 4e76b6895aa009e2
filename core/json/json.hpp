#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace dq::json {

/// Objects keep the order of the file. Looking up a key walks the object: of large ones (a vocabulary) walk the items.
using Json = nlohmann::ordered_json;

struct Limits {
    std::size_t bytes = 256u << 20;
    int depth = 64;
    std::size_t values = 16'000'000;  // numbers, texts, lists and objects together: what bounds the memory
};

/// Parses foreign JSON: too long, too deep, twice the same key in one object, or malformed: Error(Corrupt) naming `source`.
Json parse(std::string_view text, std::string_view source, const Limits& limits = {});
Json parseFile(const std::filesystem::path& file, const Limits& limits = {});

/// A member that must be there and of that type: Error(Corrupt) naming source and key, and what was found.
std::int64_t integer(const Json& object, const char* key, std::string_view source);  // whole numbers only
double number(const Json& object, const char* key, std::string_view source);         // finite
std::string text(const Json& object, const char* key, std::string_view source);
const Json& member(const Json& object, const char* key, std::string_view source);
/// The same, or the fallback where the key is absent or null.
std::int64_t integerOr(const Json& object, const char* key, std::int64_t fallback, std::string_view source);
double numberOr(const Json& object, const char* key, double fallback, std::string_view source);
bool boolOr(const Json& object, const char* key, bool fallback, std::string_view source);
std::string textOr(const Json& object, const char* key, std::string fallback, std::string_view source);
/// The member where it is there and not null.
const Json* present(const Json& object, const char* key);

/// Foreign text made fit for a message: control characters as '?', at most `length` bytes and then "...".
std::string excerpt(std::string_view text, std::size_t length = 120);
/// The same of a JSON value: "[1,2,-3]".
std::string shown(const Json& value, std::size_t length = 60);

}  // namespace dq::json

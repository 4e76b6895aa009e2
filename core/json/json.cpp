#include "core/json/json.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/json/builder.hpp"

namespace dq::json {

namespace {

Error complaint(std::string_view source, const std::string& sentence) {
    return {Kind::Corrupt, std::string(source) + ": " + sentence};
}

std::string quoted(const char* key) {
    return "\"" + std::string(key) + "\"";
}

Error wrongType(const Json& value, const char* key, const char* wanted, std::string_view source) {
    return complaint(source, quoted(key) + " must be " + wanted + ", found " + shown(value));
}

}  // namespace

Json parse(std::string_view text, std::string_view source, const Limits& limits) {
    if (text.size() > limits.bytes)
        throw complaint(source, "JSON of " + std::to_string(text.size()) + " bytes; at most " +
                                    std::to_string(limits.bytes) + " are read");
    Builder builder(source, limits);
    Json::sax_parse(text.begin(), text.end(), &builder);
    return builder.take();
}

Json parseFile(const std::filesystem::path& file, const Limits& limits) {
    const MappedFile mapped(file);
    const auto bytes = mapped.bytes();
    return parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string(), limits);
}

const Json* present(const Json& object, const char* key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

const Json& member(const Json& object, const char* key, std::string_view source) {
    const Json* const found = present(object, key);
    if (!found) throw complaint(source, quoted(key) + " is missing");
    return *found;
}

std::int64_t integer(const Json& object, const char* key, std::string_view source) {
    const Json& value = member(object, key, source);
    if (value.is_number_integer() &&
        !(value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX}))
        return value.get<std::int64_t>();
    throw wrongType(value, key, "a whole number", source);
}

double number(const Json& object, const char* key, std::string_view source) {
    const Json& value = member(object, key, source);
    if (!value.is_number() || !std::isfinite(value.get<double>())) throw wrongType(value, key, "a number", source);
    return value.get<double>();
}

std::string text(const Json& object, const char* key, std::string_view source) {
    const Json& value = member(object, key, source);
    if (!value.is_string()) throw wrongType(value, key, "a text", source);
    return value.get<std::string>();
}

std::int64_t integerOr(const Json& object, const char* key, std::int64_t fallback, std::string_view source) {
    return present(object, key) ? integer(object, key, source) : fallback;
}

double numberOr(const Json& object, const char* key, double fallback, std::string_view source) {
    return present(object, key) ? number(object, key, source) : fallback;
}

bool boolOr(const Json& object, const char* key, bool fallback, std::string_view source) {
    const Json* const value = present(object, key);
    if (value && !value->is_boolean()) throw wrongType(*value, key, "true or false", source);
    return value ? value->get<bool>() : fallback;
}

std::string textOr(const Json& object, const char* key, std::string fallback, std::string_view source) {
    return present(object, key) ? text(object, key, source) : std::move(fallback);
}

std::string excerpt(std::string_view text, std::size_t length) {
    std::string shown(text.substr(0, length));
    for (char& c : shown)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    if (text.size() <= length) return shown;
    while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xc0) == 0x80) shown.pop_back();
    if (!shown.empty() && static_cast<unsigned char>(shown.back()) >= 0x80) shown.pop_back();
    return shown + "...";
}

std::string shown(const Json& value, std::size_t length) {
    if (value.is_object()) return "an object of " + std::to_string(value.size()) + " members";
    if (value.is_array() && value.size() > 16) return "a list of " + std::to_string(value.size()) + " values";
    return excerpt(value.dump(-1, ' ', false, Json::error_handler_t::replace), length);
}

}  // namespace dq::json

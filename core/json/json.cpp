#include "core/json/json.hpp"

#include <cmath>
#include <set>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"

namespace dq::json {

namespace {

Error complaint(std::string_view source, const std::string& sentence) {
    return {Kind::Corrupt, std::string(source) + ": " + sentence};
}

/// Watches the parser, so that a bomb is refused before it is built.
class Guard {
public:
    Guard(std::string_view source, int depth) : source_(source), depth_(depth) {}

    bool operator()(int depth, Json::parse_event_t event, Json& value) {
        if (depth > depth_) throw complaint(source_, "JSON nested deeper than " + std::to_string(depth_) + " levels");
        if (event == Json::parse_event_t::object_start) keys_.emplace_back();
        if (event == Json::parse_event_t::object_end) keys_.pop_back();
        if (event == Json::parse_event_t::key && !keys_.back().insert(value.get<std::string>()).second)
            throw complaint(source_, "the key \"" + value.get<std::string>() + "\" stands twice in one JSON object");
        return true;
    }

private:
    std::string_view source_;
    int depth_;
    std::vector<std::set<std::string>> keys_;
};

std::string quoted(const char* key) {
    return "\"" + std::string(key) + "\"";
}

const Json* present(const Json& object, const char* key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

Error wrongType(const Json& value, const char* key, const char* wanted, std::string_view source) {
    return complaint(source, quoted(key) + " must be " + wanted + ", found " + value.dump().substr(0, 60));
}

}  // namespace

Json parse(std::string_view text, std::string_view source, const Limits& limits) {
    if (text.size() > limits.bytes)
        throw complaint(source, "JSON of " + std::to_string(text.size()) + " bytes; at most " +
                                    std::to_string(limits.bytes) + " are read");
    try {
        Guard guard(source, limits.depth);
        return Json::parse(text.begin(), text.end(),
                           [&guard](int depth, Json::parse_event_t event, Json& value) {
                               return guard(depth, event, value);
                           });
    } catch (const nlohmann::json::exception& fault) {
        throw complaint(source, std::string("no valid JSON: ") + fault.what());
    }
}

Json parseFile(const std::filesystem::path& file, const Limits& limits) {
    const MappedFile mapped(file);
    const auto bytes = mapped.bytes();
    return parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string(), limits);
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

}  // namespace dq::json

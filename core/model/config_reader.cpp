#include "core/model/config_reader.hpp"

#include <cmath>

#include "core/base/error.hpp"

namespace dq::model {

namespace {

std::string plainly(double number) {
    const bool whole = number == std::floor(number) && std::fabs(number) < 1e15;
    return whole ? std::to_string(static_cast<std::int64_t>(number)) : json::Json(number).dump();
}

}  // namespace

double within(double value, double low, double high, const char* key, std::string_view source) {
    if (value >= low && value <= high) return value;
    throw Error(Kind::Corrupt, std::string(source) + ": \"" + key + "\" is " + plainly(value) + "; from " + plainly(low) + " to " +
                                   plainly(high) + " is possible");
}

std::int64_t ConfigReader::count(const char* key, std::int64_t most) const {
    const std::int64_t value = json::integer(object_, key, source_);
    within(static_cast<double>(value), 1, static_cast<double>(most), key, source_);
    return value;
}

std::int64_t ConfigReader::countOr(const char* key, std::int64_t fallback, std::int64_t most) const {
    return has(key) ? count(key, most) : fallback;
}

std::int64_t ConfigReader::countOrZero(const char* key, std::int64_t fallback, std::int64_t most) const {
    const std::int64_t value = json::integerOr(object_, key, fallback, source_);
    within(static_cast<double>(value), 0, static_cast<double>(most), key, source_);
    return value;
}

double ConfigReader::numberOr(const char* key, double fallback, double low, double high) const {
    return within(json::numberOr(object_, key, fallback, source_), low, high, key, source_);
}

const json::Json* ConfigReader::listOf(const char* key, std::int64_t length) const {
    const json::Json* const list = json::present(object_, key);
    if (!list) return nullptr;
    if (!list->is_array()) corrupt(std::string(key) + " must be a list, found " + json::shown(*list));
    if (static_cast<std::int64_t>(list->size()) != length)
        corrupt(std::string(key) + " has " + std::to_string(list->size()) + " entries; " + std::to_string(length) + " are needed");
    return list;
}

void ConfigReader::unsupported(const std::string& sentence) const {
    throw Error(Kind::Unsupported, std::string(source_) + ": " + sentence);
}

void ConfigReader::corrupt(const std::string& sentence) const {
    throw Error(Kind::Corrupt, std::string(source_) + ": " + sentence);
}

void ConfigReader::requireOff(const char* key) const {
    if (flag(key, false)) unsupported("\"" + std::string(key) + "\" is true; only models without it can be run");
}

}  // namespace dq::model

#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json.hpp"

namespace dq::json {

/// Receives the parser's events and builds the value, refusing a bomb before it is built. The library's own builder
/// looks every new key up by walking the object, which is quadratic in a vocabulary of 100 000 tokens; this one appends.
class Builder : public nlohmann::json_sax<Json> {
public:
    Builder(std::string_view source, const Limits& limits) : source_(source), limits_(limits) {}

    Json take() { return std::move(root_); }

    bool null() override;
    bool boolean(bool value) override;
    bool number_integer(number_integer_t value) override;
    bool number_unsigned(number_unsigned_t value) override;
    bool number_float(number_float_t value, const string_t& digits) override;
    bool string(string_t& value) override;
    bool binary(binary_t& value) override;
    bool start_object(std::size_t size) override;
    bool key(string_t& name) override;
    bool end_object() override;
    bool start_array(std::size_t size) override;
    bool end_array() override;
    bool parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception& fault) override;

private:
    Json& add(Json value);
    void open(Json value);

    std::string_view source_;
    Limits limits_;
    Json root_;
    std::vector<Json*> open_;                    // the containers around the next value, outermost first
    std::vector<std::set<std::string>> keys_;    // of the open objects
    std::size_t values_ = 0;
};

}  // namespace dq::json

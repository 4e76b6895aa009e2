#include "core/json/builder.hpp"

#include "core/base/error.hpp"

namespace dq::json {

namespace {

Error complaint(std::string_view source, const std::string& sentence) {
    return {Kind::Corrupt, std::string(source) + ": " + sentence};
}

}  // namespace

Json& Builder::add(Json value) {
    if (++values_ > limits_.values)
        throw complaint(source_, "JSON of more than " + std::to_string(limits_.values) + " values is not read");
    if (open_.empty()) return root_ = std::move(value);
    if (open_.back()->is_array()) {
        auto& items = open_.back()->get_ref<Json::array_t&>();
        items.push_back(std::move(value));
        return items.back();
    }
    return open_.back()->get_ref<Json::object_t&>().back().second = std::move(value);
}

void Builder::open(Json value) {
    if (open_.size() >= static_cast<std::size_t>(limits_.depth))
        throw complaint(source_, "JSON nested deeper than " + std::to_string(limits_.depth) + " levels");
    open_.push_back(&add(std::move(value)));
}

bool Builder::null() {
    add(nullptr);
    return true;
}

bool Builder::boolean(bool value) {
    add(value);
    return true;
}

bool Builder::number_integer(number_integer_t value) {
    add(value);
    return true;
}

bool Builder::number_unsigned(number_unsigned_t value) {
    add(value);
    return true;
}

bool Builder::number_float(number_float_t value, const string_t&) {
    add(value);
    return true;
}

bool Builder::string(string_t& value) {
    add(std::move(value));
    return true;
}

bool Builder::binary(binary_t&) {
    return false;  // JSON text holds none
}

bool Builder::start_object(std::size_t) {
    open(Json::object());
    keys_.emplace_back();
    return true;
}

bool Builder::key(string_t& name) {
    if (!keys_.back().insert(name).second)
        throw complaint(source_, "the key \"" + excerpt(name) + "\" stands twice in one JSON object");
    using Items = std::vector<Json::object_t::value_type>;
    static_cast<Items&>(open_.back()->get_ref<Json::object_t&>()).emplace_back(std::move(name), Json());
    return true;
}

bool Builder::end_object() {
    open_.pop_back();
    keys_.pop_back();
    return true;
}

bool Builder::start_array(std::size_t) {
    open(Json::array());
    return true;
}

bool Builder::end_array() {
    open_.pop_back();
    return true;
}

bool Builder::parse_error(std::size_t position, const std::string& token, const nlohmann::json::exception&) {
    throw complaint(source_, "no valid JSON: byte " + std::to_string(position) + " near \"" + excerpt(token, 40) + "\"");
}

}  // namespace dq::json

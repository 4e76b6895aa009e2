#include "core/base/error.hpp"
#include "core/json/json.hpp"
#include "core/quality/correction.hpp"

namespace dq::quality {

namespace {

using json::Json;

constexpr std::int64_t schemaVersion = 1;

double notNegative(const Json& object, const char* key, const std::string& source) {
    const double value = json::number(object, key, source);
    if (value >= 0) return value;
    throw Error(Kind::Corrupt, source + ": \"" + key + "\" is " + showNumber(value) + "; it must be at least 0");
}

}  // namespace

std::string toJson(const Correction& correction) {
    Json gains = Json::object();
    for (std::size_t f = 0; f < correction.formats.size(); ++f) gains[correction.formats[f]] = correction.gains[f];
    const Json root{{"schema_version", schemaVersion},
                    {"table", correction.table},
                    {"metric", correction.metric},
                    {"bend", correction.bend},
                    {"gains", std::move(gains)}};
    return root.dump(2) + "\n";
}

Correction correctionFromJson(std::string_view text, std::string_view source) {
    const Json root = json::parse(text, source);
    const std::string name(source);
    if (!root.is_object()) throw Error(Kind::Corrupt, name + ": a correction is a JSON object");
    const std::int64_t version = json::integer(root, "schema_version", name);
    if (version != schemaVersion)
        throw Error(Kind::Unsupported, name + ": schema version " + std::to_string(version) + " of a correction; this program reads " +
                                           std::to_string(schemaVersion));
    Correction correction;
    correction.table = json::text(root, "table", name);
    correction.metric = json::text(root, "metric", name);
    correction.bend = notNegative(root, "bend", name);
    const Json& gains = json::member(root, "gains", name);
    if (!gains.is_object()) throw Error(Kind::Corrupt, name + ": \"gains\" must be an object, found " + json::shown(gains));
    for (const auto& [format, value] : gains.items()) {
        correction.formats.push_back(format);
        correction.gains.push_back(notNegative(gains, format.c_str(), name + ": gains"));
    }
    return correction;
}

}  // namespace dq::quality

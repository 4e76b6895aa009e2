#include "core/base/error.hpp"
#include "core/json/json.hpp"
#include "core/quality/correction.hpp"

namespace dq::quality {

namespace {

using json::Json;

constexpr std::int64_t withoutRoles = 1, schemaVersion = 2;  // a program that knows no roles is not to leave them out silently

double notNegative(const Json& object, const char* key, const std::string& source) {
    const double value = json::number(object, key, source);
    if (value >= 0) return value;
    throw Error(Kind::Corrupt, source + ": \"" + key + "\" is " + showNumber(value) + "; it must be at least 0");
}

Json objectOf(std::span<const std::string> names, std::span<const double> gains) {
    Json object = Json::object();
    for (std::size_t i = 0; i < names.size(); ++i) object[names[i]] = gains[i];
    return object;
}

void readGains(const Json& root, const char* key, const std::string& source, std::vector<std::string>& names, std::vector<double>& gains) {
    const Json& object = json::member(root, key, source);
    if (!object.is_object()) throw Error(Kind::Corrupt, source + ": \"" + key + "\" must be an object, found " + json::shown(object));
    for (const auto& [name, value] : object.items()) {
        names.push_back(name);
        gains.push_back(notNegative(object, name.c_str(), source + ": " + key));
    }
}

}  // namespace

std::string toJson(const Correction& correction) {
    Json root{{"schema_version", correction.roles.empty() ? withoutRoles : schemaVersion},
              {"table", correction.table},
              {"metric", correction.metric},
              {"bend", correction.bend},
              {"gains", objectOf(correction.formats, correction.gains)}};
    if (!correction.roles.empty()) root["roles"] = objectOf(correction.roles, correction.roleGains);
    return root.dump(2) + "\n";
}

Correction correctionFromJson(std::string_view text, std::string_view source) {
    const Json root = json::parse(text, source);
    const std::string name(source);
    if (!root.is_object()) throw Error(Kind::Corrupt, name + ": a correction is a JSON object");
    const std::int64_t version = json::integer(root, "schema_version", name);
    if (version < withoutRoles || version > schemaVersion)
        throw Error(Kind::Unsupported, name + ": schema version " + std::to_string(version) + " of a correction; this program reads " +
                                           std::to_string(withoutRoles) + " and " + std::to_string(schemaVersion));
    Correction correction;
    correction.table = json::text(root, "table", name);
    correction.metric = json::text(root, "metric", name);
    correction.bend = notNegative(root, "bend", name);
    readGains(root, "gains", name, correction.formats, correction.gains);
    if (version == schemaVersion) readGains(root, "roles", name, correction.roles, correction.roleGains);
    return correction;
}

}  // namespace dq::quality

#include "core/allocate/costs.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/base/units.hpp"
#include "core/json/json.hpp"

namespace dq::allocate {

namespace {

constexpr std::int64_t schema = 1;

double within(double value, double least, double most, const std::string& what, std::string_view source) {
    if (value > least && value <= most) return value;
    throw Error(Kind::Input, std::string(source) + ": " + what + " is " + showNumber(value) + "; it must lie above " + showNumber(least) +
                                 " and be at most " + showNumber(most));
}

}  // namespace

double Costs::of(const std::string& format) const {
    if (const auto found = efficiency.find(format); found != efficiency.end()) return found->second;
    double least = 1;
    for (const auto& [name, share] : efficiency)
        least = std::min(least, share);
    return least;
}

std::string toJson(const Costs& costs) {
    json::Json formats = json::Json::object();
    for (const auto& [name, share] : costs.efficiency)
        formats[name] = share;
    return json::Json{{"dynaquant_costs", schema},
                      {"device", costs.device},
                      {"tool", costs.tool},
                      {"bytes_per_second", costs.bytesPerSecond},
                      {"launch_seconds", costs.launchSeconds},
                      {"efficiency", formats}}
               .dump(2) +
           "\n";
}

Costs costsFromJson(std::string_view text, std::string_view source) {
    const json::Json object = json::parse(text, source);
    const std::int64_t version = json::integer(object, "dynaquant_costs", source);
    if (version != schema)
        throw Error(Kind::Unsupported, std::string(source) + ": costs of schema " + std::to_string(version) + "; this program reads " + std::to_string(schema));
    Costs costs{json::excerpt(json::text(object, "device", source)), json::excerpt(json::text(object, "tool", source)), 0, 0, {}};
    costs.bytesPerSecond = within(json::number(object, "bytes_per_second", source), 0, 1e15, "bytes_per_second", source);
    costs.launchSeconds = json::number(object, "launch_seconds", source);
    if (!(costs.launchSeconds >= 0 && costs.launchSeconds <= 1))
        throw Error(Kind::Input, std::string(source) + ": launch_seconds is " + showNumber(costs.launchSeconds) + "; it must lie between 0 and 1");
    const json::Json& formats = json::member(object, "efficiency", source);
    if (!formats.is_object()) throw Error(Kind::Corrupt, std::string(source) + ": efficiency is " + json::shown(formats) + ", no object");
    for (const auto& [name, share] : formats.items()) {
        if (!share.is_number()) throw Error(Kind::Corrupt, std::string(source) + ": efficiency of " + json::excerpt(name) + " is " + json::shown(share));
        costs.efficiency[name] = within(share.get<double>(), 0, 1, "efficiency of " + json::excerpt(name), source);
    }
    return costs;
}

Costs readCosts(const std::filesystem::path& file) {
    return costsFromJson(readText(file), file.string());
}

}  // namespace dq::allocate

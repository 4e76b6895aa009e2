#include "core/store/asked.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/error.hpp"
#include "core/json/json.hpp"

namespace dq::store {

namespace {

using json::Json;

constexpr std::int64_t askedSchema = 1;
constexpr std::size_t mostOptions = 64;

constexpr std::array<std::string_view, 8> withValue = {"--documents", "--field", "--window",  "--tokens",
                                                       "--labels",    "--seed",  "--formats", "--importance"};
constexpr std::string_view alone = "--peer-metrics";

/// Whoever goes on hands them to a program: none of them may write anywhere or name another model.
void requireTame(const std::vector<std::string>& options, const std::string& source) {
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (options[i] == alone) continue;
        if (std::ranges::find(withValue, options[i]) == withValue.end())
            throw Error(Kind::Corrupt, source + ": \"" + json::excerpt(options[i]) + "\" is no option of a measurement");
        if (++i == options.size()) throw Error(Kind::Corrupt, source + ": the option " + options[i - 1] + " has no value");
    }
}

std::vector<std::string> textsIn(const Json& root, const char* key, const std::string& source) {
    const Json& list = json::member(root, key, source);
    if (!list.is_array() || list.size() > mostOptions)
        throw Error(Kind::Corrupt, source + ": \"" + key + "\" must be a list of at most " + std::to_string(mostOptions) + " texts");
    std::vector<std::string> texts;
    for (const Json& one : list) {
        if (!one.is_string()) throw Error(Kind::Corrupt, source + ": \"" + key + "\" holds " + json::shown(one) + ", no text");
        texts.push_back(one.get<std::string>());
    }
    return texts;
}

}  // namespace

Asked askedOf(const measure::Key& key, std::filesystem::path calibration, std::vector<std::string> options, std::int64_t units) {
    return {key.model, key.hex(), key.tool, key.quantizers, std::move(calibration), std::move(options), units};
}

std::string toJson(const Asked& asked) {
    const Json root{{"schema_version", askedSchema},
                    {"model", asked.model},
                    {"key", asked.key},
                    {"tool", asked.tool},
                    {"quantizers", asked.quantizers},
                    {"calibration", asked.calibration.string()},
                    {"options", asked.options},
                    {"units", asked.units}};
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Asked askedFromJson(std::string_view text, const std::string& source) {
    const Json root = json::parse(text, source);
    if (!root.is_object()) throw Error(Kind::Corrupt, source + ": what was asked is a JSON object, found " + json::shown(root));
    const std::int64_t schema = json::integer(root, "schema_version", source);
    if (schema != askedSchema)
        throw Error(Kind::Unsupported, source + ": schema version " + std::to_string(schema) + " of a measurement in progress; this program reads " +
                                           std::to_string(askedSchema));
    Asked asked{.model = json::text(root, "model", source),
                .key = json::text(root, "key", source),
                .tool = json::text(root, "tool", source),
                .quantizers = json::integer(root, "quantizers", source),
                .calibration = json::text(root, "calibration", source),
                .options = textsIn(root, "options", source),
                .units = json::integer(root, "units", source)};
    if (!asked.calibration.empty() && !asked.calibration.is_absolute())
        throw Error(Kind::Corrupt, source + ": the calibration " + json::excerpt(asked.calibration.string()) + " is no absolute path");
    if (asked.units < 1) throw Error(Kind::Corrupt, source + ": \"units\" is " + std::to_string(asked.units) + "; it must be at least 1");
    requireTame(asked.options, source);
    return asked;
}

}  // namespace dq::store

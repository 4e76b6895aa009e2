#include "core/base/error.hpp"
#include "core/base/version.hpp"
#include "core/json/json.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::recipe {

namespace {

using json::Json;

/// A member that must be an object.
const Json& part(const Json& object, const char* key, const std::string& source) {
    const Json& found = json::member(object, key, source);
    if (!found.is_object())
        throw Error(Kind::Corrupt,
                    source + ": \"" + key + "\" must be an object, found " + found.dump().substr(0, 60));
    return found;
}

template <class Number>
Number notNegative(Number value, const char* key, const std::string& source) {
    if (value < 0)
        throw Error(Kind::Corrupt, source + ": \"" + key + "\" is " + showNumber(static_cast<double>(value)) +
                                       "; it must be at least 0");
    return value;
}

void requireVersion(const Json& root, const std::string& source) {
    if (!root.is_object()) throw Error(Kind::Corrupt, source + ": a recipe is a JSON object");
    const std::int64_t version = json::integer(root, "schema_version", source);
    if (version > schemaVersion)
        throw Error(Kind::Unsupported, source + ": schema version " + std::to_string(version) +
                                           " is newer than " + std::to_string(schemaVersion) +
                                           ", the newest that DynaQuant " + toolVersion + " reads");
    if (version < 1)
        throw Error(Kind::Corrupt,
                    source + ": schema version " + std::to_string(version) + "; it must be at least 1");
}

void readProvenance(Recipe& recipe, const Json& root, const std::string& source) {
    const std::string inside = source + ": provenance";
    const Json& provenance = part(root, "provenance", source);
    const Json& model = part(provenance, "model", inside);
    recipe.modelName = json::text(model, "name", inside + ".model");
    recipe.modelFingerprint = json::text(model, "fingerprint", inside + ".model");
    const Json& calibration = part(provenance, "calibration", inside);
    recipe.calibrationSource = json::text(calibration, "source", inside + ".calibration");
    recipe.calibrationFingerprint = json::text(calibration, "fingerprint", inside + ".calibration");
    recipe.calibrationTokens = notNegative(json::integer(calibration, "tokens", inside + ".calibration"),
                                           "tokens", inside + ".calibration");
    recipe.labels = json::text(calibration, "labels", inside + ".calibration");
    recipe.metric = json::text(provenance, "metric", inside);
    recipe.tool = json::text(provenance, "tool", inside);
    recipe.tableKey = json::text(provenance, "table", inside);
}

void readTotals(Recipe& recipe, const Json& root, const std::string& source) {
    const std::string inside = source + ": totals";
    const Json& totals = part(root, "totals", source);
    const auto number = [&](const char* key) {
        return notNegative(json::number(totals, key, inside), key, inside);
    };
    recipe.bytes = notNegative(json::integer(totals, "bytes", inside), "bytes", inside);
    recipe.bitsPerWeight = number("bits_per_weight");
    recipe.predictedLoss = number("predicted_loss");
    recipe.bound = number("bound");
}

void readMatrices(Recipe& recipe, const Json& root, const std::string& source) {
    const Json& matrices = json::member(root, "matrices", source);
    if (!matrices.is_array())
        throw Error(Kind::Corrupt,
                    source + ": \"matrices\" must be a list, found " + matrices.dump().substr(0, 60));
    recipe.entries.reserve(matrices.size());
    for (const Json& entry : matrices) {
        const std::string inside = source + ": matrices[" + std::to_string(recipe.entries.size()) + "]";
        if (!entry.is_object())
            throw Error(Kind::Corrupt, inside + " must be an object, found " + entry.dump().substr(0, 60));
        recipe.entries.push_back({json::text(entry, "matrix", inside), json::text(entry, "format", inside)});
    }
}

}  // namespace

std::string toJson(const Recipe& recipe) {
    Json matrices = Json::array();
    for (const Recipe::Entry& entry : recipe.entries)
        matrices.push_back({{"matrix", entry.matrix}, {"format", entry.format}});
    const Json model{{"name", recipe.modelName}, {"fingerprint", recipe.modelFingerprint}};
    const Json calibration{{"source", recipe.calibrationSource},
                           {"fingerprint", recipe.calibrationFingerprint},
                           {"tokens", recipe.calibrationTokens},
                           {"labels", recipe.labels}};
    const Json root{{"schema_version", schemaVersion},
                    {"provenance",
                     {{"model", model},
                      {"calibration", calibration},
                      {"metric", recipe.metric},
                      {"tool", recipe.tool},
                      {"table", recipe.tableKey}}},
                    {"totals",
                     {{"bytes", recipe.bytes},
                      {"bits_per_weight", recipe.bitsPerWeight},
                      {"predicted_loss", recipe.predictedLoss},
                      {"bound", recipe.bound}}},
                    {"matrices", std::move(matrices)}};
    // A folder's name need not be UTF-8: what JSON cannot hold becomes U+FFFD.
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Recipe fromJson(std::string_view text, std::string_view source) {
    const std::string name(source);
    const Json root = json::parse(text, source);
    requireVersion(root, name);
    Recipe recipe;
    readProvenance(recipe, root, name);
    readTotals(recipe, root, name);
    readMatrices(recipe, root, name);
    return recipe;
}

}  // namespace dq::recipe

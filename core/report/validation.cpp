#include "core/report/validation.hpp"

#include "core/base/error.hpp"
#include "core/json/json.hpp"

namespace dq::report {

namespace {

using json::Json;

const Json& object(const Json& parent, const char* key, const std::string& where) {
    const Json& found = json::member(parent, key, where);
    if (!found.is_object()) throw Error(Kind::Corrupt, where + ": \"" + key + "\" must be an object, found " + json::shown(found));
    return found;
}

ValidationSummary::Point pointOf(const Json& one, const std::string& where) {
    if (!one.is_object()) throw Error(Kind::Corrupt, where + " must be an object, found " + json::shown(one));
    const Json& kl = object(one, "kl", where);
    ValidationSummary::Point point{{json::text(one, "name", where), json::integer(one, "bytes", where), json::number(kl, "mean", where),
                                    json::number(kl, "low", where), json::number(kl, "high", where)},
                                   json::number(one, "bits_per_weight", where),
                                   json::number(one, "predicted", where),
                                   json::number(one, "corrected", where)};
    if (point.mark.bytes < 0) throw Error(Kind::Corrupt, where + ": \"bytes\" is " + std::to_string(point.mark.bytes));
    return point;
}

std::vector<ValidationSummary::Point> pointsOf(const Json& root, const char* key, const std::string& source) {
    const Json& list = json::member(root, key, source);
    if (!list.is_array()) throw Error(Kind::Corrupt, source + ": \"" + key + "\" must be a list, found " + json::shown(list));
    std::vector<ValidationSummary::Point> points;
    for (const Json& one : list) points.push_back(pointOf(one, source + ": " + key + "[" + std::to_string(points.size()) + "]"));
    return points;
}

ValidationSummary::Agreement agreementOf(const Json& root, const char* key, const std::string& source) {
    const Json& found = object(root, key, source);
    const std::string where = source + ": " + key;
    return {json::number(found, "spearman", where), json::number(found, "median_ratio", where), json::number(found, "median_log_ratio", where)};
}

}  // namespace

ValidationSummary validationFromJson(std::string_view text, std::string_view source) {
    const Json root = json::parse(text, source);
    const std::string name(source);
    if (!root.is_object()) throw Error(Kind::Corrupt, name + ": what validate --json prints is a JSON object");
    return {.model = json::text(root, "model", name),
            .text = json::text(root, "text", name),
            .metric = json::text(root, "metric", name),
            .points = pointsOf(root, "points", name),
            .reallocated = pointsOf(root, "reallocated", name),
            .before = agreementOf(root, "before", name),
            .after = agreementOf(root, "after", name)};
}

}  // namespace dq::report

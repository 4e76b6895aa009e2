#include <unordered_map>

#include "core/base/mapped_file.hpp"
#include "core/format/format.hpp"
#include "core/recipe/complaints.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::recipe {

namespace {

std::string whose(std::string_view name, std::string_view fingerprint) {
    return std::string(name) + " (fingerprint " + std::string(fingerprint) + ")";
}

}  // namespace

std::vector<std::string> check(const Recipe& recipe, std::string_view modelName,
                               std::string_view modelFingerprint,
                               std::span<const model::WeightMatrix> matrices) {
    std::vector<std::string> complaints;
    if (recipe.modelFingerprint != modelFingerprint)
        complaints.push_back("the recipe was made for " + whose(recipe.modelName, recipe.modelFingerprint) +
                             ", this model is " + whose(modelName, modelFingerprint));

    std::unordered_map<std::string_view, std::string_view> chosen;
    for (const model::WeightMatrix& matrix : matrices)
        chosen.emplace(matrix.name, "");
    for (const Recipe::Entry& entry : recipe.entries) {
        const auto found = chosen.find(entry.matrix);
        if (found == chosen.end())
            complaints.push_back("matrix " + entry.matrix + ": the model has none of this name");
        else if (!found->second.empty())
            complaints.push_back("matrix " + entry.matrix + ": stands twice, as " +
                                 std::string(found->second) + " and as " + entry.format);
        else
            found->second = entry.format.empty() ? "\"\"" : std::string_view(entry.format);
        if (!format::find(entry.format))
            complaints.push_back("matrix " + entry.matrix + ": there is no format \"" + entry.format + "\"");
    }
    for (const model::WeightMatrix& matrix : matrices)
        if (chosen.at(matrix.name).empty())
            complaints.push_back("matrix " + matrix.name + ": the recipe gives it no format");
    return complaints;
}

std::vector<std::string> check(const Recipe& recipe, const model::Model& model) {
    auto complaints =
        check(recipe, model.checkpoint().name(), model.checkpoint().fingerprint(), model.matrices());
    if (!complaints.empty()) return complaints;
    Bytes bytes = model.passthroughBytes();
    for (const Recipe::Entry& entry : recipe.entries) {
        const model::WeightMatrix& matrix = model.matrices()[model.indexOf(entry.matrix).value()];
        bytes += format::get(entry.format).bytes(matrix.rows, matrix.cols);
    }
    if (bytes != recipe.bytes)
        complaints.push_back("it promises " + std::to_string(recipe.bytes) + " bytes, but its formats take " +
                             std::to_string(bytes));
    return complaints;
}

void require(const Recipe& recipe, const model::Model& model) {
    refuseFor(check(recipe, model), Kind::Input, "the recipe does not fit the model");
}

Recipe read(const std::filesystem::path& file) {
    return fromJson(readText(file), file.string());
}

}  // namespace dq::recipe

#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/allocate/front.hpp"
#include "core/base/units.hpp"
#include "core/measure/measurements.hpp"
#include "core/model/model.hpp"

namespace dq::recipe {

/// The newest layout of the JSON that is read and the one that is written.
inline constexpr std::int64_t schemaVersion = 1;

/// Which format each matrix gets, and where that came from. JSON: resources/schema/recipe.schema.json.
struct Recipe {
    struct Entry {
        std::string matrix;
        std::string format;
        bool operator==(const Entry&) const = default;
    };
    std::vector<Entry> entries;  // in the model's matrix order

    // what it promises
    Bytes bytes = 0;
    double bitsPerWeight = 0;
    double predictedLoss = 0;  // in the metric's unit
    double bound = 0;

    // provenance
    std::string modelName, modelFingerprint;
    std::string calibrationSource, calibrationFingerprint, labels;
    std::int64_t calibrationTokens = 0;
    std::string metric, tool, tableKey;

    bool operator==(const Recipe&) const = default;
};

/// Throws Error(Input) where problem and choice are not of this table.
Recipe recipeOf(const measure::Measurements& table, const allocate::Problem& problem,
                const allocate::Choice& choice, std::string_view metric);

std::string toJson(const Recipe& recipe);  // stable order, two-space indent, newline at the end
/// Throws Error naming source and field; Error(Unsupported) for a newer schema. Fields it does not know are
/// ignored.
Recipe fromJson(std::string_view text, std::string_view source);
Recipe read(const std::filesystem::path& file);

/// Complaints, in words: another model, absent or duplicate or missing matrices, unknown formats. Empty: it
/// fits.
std::vector<std::string> check(const Recipe& recipe, const model::Model& model);
std::vector<std::string> check(const Recipe& recipe, std::string_view modelName,
                               std::string_view modelFingerprint,
                               std::span<const model::WeightMatrix> matrices);
/// Throws Error(Input) with the first complaints where there are any.
void require(const Recipe& recipe, const model::Model& model);

}  // namespace dq::recipe

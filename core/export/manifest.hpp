#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/export/digests.hpp"
#include "core/export/layout.hpp"
#include "core/model/model.hpp"
#include "core/recipe/recipe.hpp"

namespace dq::exporting {

inline constexpr const char* manifestName = "dynaquant.json";
inline constexpr const char* recipeName = "recipe.json";
inline constexpr std::int64_t manifestVersion = 1;
/// `__metadata__` of the safetensors files beside it.
inline const std::map<std::string, std::string> nativeMetadata{{"format", "dynaquant-native"}, {"version", "1"}};

/// dynaquant.json: what a loader needs to know to read the packed tensors.
struct Manifest {
    std::string modelName, modelFingerprint;
    Bytes bytes = 0;  // of all tensors
    std::vector<StoredMatrix> matrices;
    std::vector<std::string> passthrough;
    Digests tensors, files;  // fingerprints of every tensor, and of every other file but this one
};

/// The recipe's formats put on the model's matrices; the tensors' fingerprints are still to come. Throws Error(Input) where the recipe does not fit or
/// promises other bytes than its formats take, Error(Unsupported) where two tensors would get one name.
Manifest manifestOf(const model::Model& model, const recipe::Recipe& recipe);

std::string toJson(const Manifest& manifest);
/// Throws Error(Corrupt) naming the file and the matrix; Error(Unsupported) for a newer version.
Manifest readManifest(const std::filesystem::path& file);

}  // namespace dq::exporting

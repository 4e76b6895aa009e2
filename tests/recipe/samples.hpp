#pragma once

#include "core/recipe/recipe.hpp"

namespace dq::test {

inline recipe::Recipe sampleRecipe() {
    recipe::Recipe recipe;
    recipe.entries = {{"model.embed_tokens", "int8-g32"}, {"model.layers.0.mlp.up_proj", "int4-g32"}};
    recipe.bytes = 123456789012;
    recipe.bitsPerWeight = 4.53125;
    recipe.predictedLoss = 0.1 + 0.2;  // needs seventeen digits
    recipe.bound = 5e-324;
    recipe.modelName = "toy \"quoted\" \u00e9";
    recipe.modelFingerprint = "00ff";
    recipe.calibrationSource = "text.utf8";
    recipe.calibrationFingerprint = "abcd";
    recipe.labels = "sampled";
    recipe.calibrationTokens = 16384;
    recipe.metric = "fisher-diagonal";
    recipe.tool = "0.1.0";
    recipe.tableKey = "1234";
    return recipe;
}

}  // namespace dq::test

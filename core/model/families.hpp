#pragma once

#include <string_view>

#include "core/model/architecture.hpp"
#include "core/model/config_reader.hpp"

namespace dq::model {

/// A family of models: its model_type, and what of its config.json makes it differ from the plainest decoder. A family is a short
/// description; the forward pass in core/torch is the same for all.
struct Family {
    std::string_view type;
    void (*describe)(const ConfigReader& config, Architecture& a);
};

/// nullptr: no family of that name is known.
const Family* familyOf(std::string_view type);
std::string familyNames();  // "gemma2, gemma3_text, ..."

// What families have in common (families_shared.cpp).

/// What a family takes where config.json is silent; 0: it must not be.
struct Defaults {
    std::int64_t heads = 0, kvHeads = 0, headDim = 0, vocabulary = 0, context = 2048;
    double epsilon = 1e-6, theta = 10000;
    bool tied = false;
    const char* activation = "hidden_act";  // the key
    const char* activationName = "silu";
};

void readCommon(const ConfigReader& config, Architecture& a, const Defaults& defaults = {});
void readHeads(const ConfigReader& config, Architecture& a, const Defaults& defaults);
Activation activationOf(const ConfigReader& config, const char* key, const char* fallback);
/// `partial`: the share of a head that is rotated where the file does not say; 0: the family rotates whole heads only.
void readRotation(const ConfigReader& config, Architecture& a, double theta, double partial);
/// layer_types where it is there, else `pattern` of the block's number.
void readLayerTypes(const ConfigReader& config, Architecture& a, Attention (*pattern)(std::int64_t block, std::int64_t period),
                    std::int64_t period);
/// The window of "sliding_window": null is none, absent the fallback.
std::int64_t windowOf(const ConfigReader& config, std::int64_t fallback);
/// Like numberOr, but null says 0.
double capOf(const ConfigReader& config, const char* key, double fallback);
/// The mixture of experts as qwen writes it, and which blocks have one.
void readExperts(const ConfigReader& config, Architecture& a, bool normalised);

// Families with experts or linear attention (families_experts.cpp).
void describeMixtral(const ConfigReader& config, Architecture& a);
void describeQwen2Moe(const ConfigReader& config, Architecture& a);
void describeQwen3Moe(const ConfigReader& config, Architecture& a);
void describeQwen3Next(const ConfigReader& config, Architecture& a);
void describeQwen35(const ConfigReader& config, Architecture& a);
void describeQwen35Moe(const ConfigReader& config, Architecture& a);
/// Qwen's rule for which blocks look back through a window only.
void readQwenWindow(const ConfigReader& config, Architecture& a);

}  // namespace dq::model

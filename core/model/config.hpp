#pragma once

#include <string>
#include <string_view>

#include "core/json/json.hpp"
#include "core/model/model.hpp"

namespace dq::model {

/// Reads config.json's text. Every number is checked against what any Llama model could mean, and against the others.
/// Throws Error(Unsupported) for another architecture, activation, scaling or a model that is quantized already, and
/// Error(Corrupt) for numbers that make no sense; `source` names the file.
Architecture readArchitecture(std::string_view configText, std::string_view source);

/// The part of it about rotary embedding: "rope_theta" and "rope_scaling", or "rope_parameters" of newer files.
/// The architecture's context and head size must be known already.
Rope readRope(const json::Json& config, const Architecture& architecture, std::string_view source);

/// A number within [low, high], or Error(Corrupt) naming both.
double within(double value, double low, double high, const char* key, std::string_view source);

}  // namespace dq::model

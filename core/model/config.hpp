#pragma once

#include <string>
#include <string_view>

#include "core/json/json.hpp"
#include "core/model/config_reader.hpp"
#include "core/model/model.hpp"

namespace dq::model {

/// Reads config.json's text. Every number is checked against what any model could mean, and against the others. A model_type nobody
/// here knows gives an architecture that says so and nothing else. Throws Error(Unsupported) for an activation or scaling that is not
/// known or a model that is quantized already, and Error(Corrupt) for numbers that make no sense; `source` names the file.
Architecture readArchitecture(std::string_view configText, std::string_view source);

struct RopeQuestion {
    const char* layers = "full_attention";  // of which kind of layer, where the file tells them apart
    double theta = 10000;                   // where it is silent
    bool own = false;                       // what the file says about all layers is not about these
};

/// The part of it about rotary embedding: "rope_theta" and "rope_scaling", or "rope_parameters" of newer files.
/// The architecture's context and head size must be known already.
Rope readRope(const json::Json& config, const Architecture& architecture, std::string_view source, const RopeQuestion& question = {});
/// Which share of a head is rotated.
double rotaryShare(const json::Json& config, double fallback, std::string_view source);
/// Throws Error(Corrupt) where a scaling has numbers for a head of another size.
void requireFits(const Rope& rope, std::int64_t dim, std::string_view source);

}  // namespace dq::model

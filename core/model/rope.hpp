#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace dq::model {

/// Rotary position embedding as config.json asks for it (transformers' modeling_rope_utils).
struct Rope {
    enum class Scaling { None, Linear, Dynamic, Yarn, Llama3, LongRope };
    Scaling scaling = Scaling::None;
    double theta = 10000;
    double factor = 1;
    double lowFrequencyFactor = 1, highFrequencyFactor = 4;        // llama3
    double betaFast = 32, betaSlow = 1;                            // yarn
    std::optional<double> attentionFactor, mscale, mscaleAllDim;   // yarn; the first of longrope too
    bool truncate = true;                                          // yarn: whole numbers bound the ramp
    std::vector<double> shortFactors, longFactors;                 // longrope: one divisor per pair
    std::int64_t originalContext = 0;                              // positions the model was trained on
    /// The inverse frequency of each pair of a head of `dim`, and the factor on cos and sin, for sequences of `length`.
    struct Frequencies {
        std::vector<double> inverse;  // [dim/2]
        double amplitude = 1;
    };
    Frequencies frequencies(std::int64_t dim, std::int64_t length) const;
    bool dependsOnLength() const { return scaling == Scaling::Dynamic || scaling == Scaling::LongRope; }
};

}  // namespace dq::model

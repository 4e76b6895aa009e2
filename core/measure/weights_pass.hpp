#pragma once

#include "core/measure/fisher_pass.hpp"

namespace dq::measure {

/// The pass for a model that cannot be run: shows every matrix once, without Fisher information and without inputs, so that
/// rounding errors alone are measured. Needs no text and no torch.
class WeightsPass final : public FisherPass {
public:
    std::vector<FisherUnit> units(const model::Model& model) const override;
    std::string arithmetic() const override { return "weights-only"; }
    void run(const model::Model& model, const text::Samples& samples, const FisherOptions& options, const Resume& resume,
             const std::function<void(const FisherSlab&)>& onSlab,
             const std::function<void(const FisherUnit&, std::span<const float> boundary, double loss)>& onUnit,
             const Progress& progress) override;
};

/// Stands for a text where none is read.
text::Samples noSamples();

}  // namespace dq::measure

#include "core/flow/sensitivities.hpp"

namespace dq::flow {

namespace {

/// A pass that starts from nothing.
class Fresh final : public measure::Resume {
public:
    bool finished(const std::string&) const override { return false; }
    std::vector<float> boundary() const override { return {}; }
    std::optional<double> loss() const override { return std::nullopt; }
};

}  // namespace

std::vector<Sensitivity> sensitivitiesOf(const model::Model& model, const text::Samples& samples, const measure::FisherOptions& options,
                                         measure::FisherPass& pass, const Progress& progress) {
    std::vector<Sensitivity> all(model.matrices().size());
    const auto onSlab = [&](const measure::FisherSlab& slab) {
        Sensitivity& one = all[slab.matrix];
        for (std::size_t i = 0; i < slab.weights.size(); ++i) {
            const auto w = static_cast<double>(slab.weights[i]), h = static_cast<double>(slab.fisher[i]);
            one.trace += h;
            one.squared += w * w;
            one.weighted += h * w * w;
        }
        one.weights += static_cast<double>(slab.weights.size());
    };
    pass.run(model, samples, options, Fresh(), onSlab, [](const measure::FisherUnit&, std::span<const float>, double) {}, progress);
    return all;
}

}  // namespace dq::flow

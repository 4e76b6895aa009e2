#pragma once

#include <cmath>
#include <functional>
#include <stdexcept>

#include "core/measure/fisher_pass.hpp"

namespace dq::test {

/// A pass whose numbers come from arithmetic on indices. What a unit gives depends on the boundary gradient
/// above it, so that a resumed run that got the wrong one would show.
class FakePass : public measure::FisherPass {
public:
    struct Behaviour {
        std::int64_t slabRows = 7;
        int crashAfterSlabs = -1;               // throws std::runtime_error
        std::function<void()> beforeSlab = {};  // for the tests that kill
    };
    FakePass() = default;
    explicit FakePass(Behaviour behaviour) : behaviour_(std::move(behaviour)) {}

    int slabs = 0;  // brought so far
    int runs = 0;

    std::vector<measure::FisherUnit> units(const model::Model& model) const override {
        std::vector<measure::FisherUnit> units{{"head", {}}};
        for (std::int64_t block = model.architecture().blocks; block-- > 0;)
            units.push_back({"layers." + std::to_string(block), {}});
        units.push_back({"embedding", {}});
        for (std::size_t i = 0; i < model.matrices().size(); ++i) {
            const model::WeightMatrix& matrix = model.matrices()[i];
            if (matrix.role == model::Role::Head)
                units.front().matrices.push_back(i);
            else if (matrix.role == model::Role::Embedding)
                units.back().matrices.push_back(i);
            else
                units[units.size() - 2 - static_cast<std::size_t>(matrix.block)].matrices.push_back(i);
        }
        return units;
    }

    std::string arithmetic() const override { return "fake"; }

    void run(const model::Model& model, const text::Samples&, const measure::FisherOptions& options,
             const measure::Resume& resume, const std::function<void(const measure::FisherSlab&)>& onSlab,
             const std::function<void(const measure::FisherUnit&, std::span<const float>, double)>& onUnit,
             const Progress& progress) override {
        ++runs;
        std::vector<float> gradient = resume.boundary();
        if (gradient.empty()) gradient.assign(50, static_cast<float>(options.seed));
        for (const measure::FisherUnit& unit : units(model)) {
            if (resume.finished(unit.name)) continue;
            progress.checkpoint();
            for (const std::size_t matrix : unit.matrices)
                bring(model, matrix, gradient[3], options.hessians, onSlab);
            for (float& value : gradient)
                value = value * 0.75f + 1.0f;
            const bool last = unit.name == "embedding";
            onUnit(unit, last ? std::span<const float>() : std::span<const float>(gradient), 1.25);
        }
    }

private:
    /// Neighbouring inputs go together.
    static std::vector<float> hessianOf(const std::vector<float>& moment) {
        std::vector<float> hessian;
        for (std::size_t i = 0; i < moment.size(); ++i)
            for (std::size_t j = 0; j < moment.size(); ++j)
                hessian.push_back(std::sqrt(moment[i] * moment[j]) * std::pow(0.8f, std::abs(static_cast<float>(i) - static_cast<float>(j))));
        return hessian;
    }

    /// q, k and v read the same.
    static std::string inputOf(const model::WeightMatrix& matrix) {
        std::string name = matrix.name;
        if (matrix.role == model::Role::K || matrix.role == model::Role::V) name.replace(name.rfind('.') + 1, 1, "q");
        return name;
    }

    void bring(const model::Model& model, std::size_t index, float gradient, bool hessians,
               const std::function<void(const measure::FisherSlab&)>& onSlab) {
        const model::WeightMatrix& matrix = model.matrices()[index];
        const std::vector<float> weights = model.tensor(matrix).floats();
        std::vector<float> fisher(weights.size()), moment(static_cast<std::size_t>(matrix.cols));
        for (std::size_t i = 0; i < fisher.size(); ++i)
            fisher[i] = std::abs(gradient) * static_cast<float>(1 + (i * 7 + index) % 13);
        for (std::size_t j = 0; j < moment.size(); ++j)
            moment[j] = 0.5f + static_cast<float>(j) + std::abs(gradient);
        const std::vector<float> hessian = hessians ? hessianOf(moment) : std::vector<float>();
        for (std::int64_t first = 0; first < matrix.rows; first += behaviour_.slabRows) {
            if (behaviour_.beforeSlab) behaviour_.beforeSlab();
            if (slabs++ == behaviour_.crashAfterSlabs) throw std::runtime_error("crash");
            const std::int64_t rows = std::min(behaviour_.slabRows, matrix.rows - first);
            const auto from = static_cast<std::size_t>(first * matrix.cols),
                       count = static_cast<std::size_t>(rows * matrix.cols);
            const bool has = hessians && matrix.block >= 0;
            onSlab({index, first, rows, std::span(weights).subspan(from, count), std::span(fisher).subspan(from, count), moment, -1,
                    has ? std::span<const float>(hessian) : std::span<const float>(), nullptr, has ? inputOf(matrix) : std::string()});
        }
    }

    Behaviour behaviour_;
};

inline text::Samples fakeSamples() {
    return {.sequences = {{1, 2, 3, 4}, {1, 5, 6}},
            .fingerprint = "00112233445566778899aabbccddeeff",
            .source = "text.utf8",
            .field = {}};
}

}  // namespace dq::test

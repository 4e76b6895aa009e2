#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/torch/worker.hpp"
#include "tests/torch/tiny_model.hpp"

namespace dq::test {

/// Everything a pass said, and a Resume that claims its first `units` units.
struct Record : measure::Resume {
    std::map<std::size_t, std::vector<float>> fisher, weights, inputMoment;  // by matrix, slabs joined
    std::map<std::size_t, std::int64_t> tokens;
    std::map<std::size_t, std::vector<float>> hessian;
    std::map<std::size_t, std::string> input;
    std::map<std::size_t, std::vector<float>> gradient, probes, inputMean;  // of PeerSlabs; of one slab a matrix
    std::map<std::size_t, double> sequenceTrace;
    std::vector<std::string> units;
    std::vector<std::vector<float>> boundaries;
    double mean = 0;
    std::size_t claimed = 0;

    bool finished(const std::string& unit) const override {
        for (std::size_t i = 0; i < claimed; ++i)
            if (units[i] == unit) return true;
        return false;
    }
    std::vector<float> boundary() const override {
        return claimed ? boundaries[claimed - 1] : std::vector<float>{};
    }
    std::optional<double> loss() const override { return claimed ? std::optional(mean) : std::nullopt; }
};

inline Record recorded(const model::Model& model, const text::Samples& samples,
                       const measure::FisherOptions& options, const measure::Resume& resume = Record(),
                       const Progress& progress = {}) {
    Record record;
    const auto join = [](std::vector<float>& to, std::span<const float> part) {
        to.insert(to.end(), part.begin(), part.end());
    };
    torch_worker::makeFisherPass()->run(
        model, samples, options, resume,
        [&](const measure::FisherSlab& slab) {
            join(record.fisher[slab.matrix], slab.fisher);
            join(record.weights[slab.matrix], slab.weights);
            record.tokens[slab.matrix] = slab.tokens;
            record.hessian[slab.matrix].assign(slab.hessian.begin(), slab.hessian.end());
            record.input[slab.matrix] = slab.input;
            if (slab.peers) {
                join(record.gradient[slab.matrix], slab.peers->gradient);
                join(record.probes[slab.matrix], slab.peers->probes);
                record.inputMean[slab.matrix].assign(slab.peers->inputMean.begin(), slab.peers->inputMean.end());
                record.sequenceTrace[slab.matrix] += slab.peers->sequenceTrace;
            }
            record.inputMoment[slab.matrix].assign(slab.inputMoment.begin(), slab.inputMoment.end());
        },
        [&](const measure::FisherUnit& unit, std::span<const float> boundary, double loss) {
            record.units.push_back(unit.name);
            record.boundaries.emplace_back(boundary.begin(), boundary.end());
            record.mean = loss;
        },
        progress);
    return record;
}

}  // namespace dq::test

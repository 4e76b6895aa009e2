#include "core/flow/draws.hpp"

#include <random>
#include <string>
#include <utility>

#include "core/base/fingerprint.hpp"

namespace dq::flow {

namespace {

std::uint64_t seedOf(const std::string& matrix, std::uint64_t draw) {
    Fingerprint name;
    name.add(matrix);
    name.add(std::to_string(draw));
    return std::stoull(name.hex().substr(0, 16), nullptr, 16);
}

}  // namespace

evaluate::WeightSource withDrawnSigns(evaluate::WeightSource rounded, std::uint64_t draw) {
    return [rounded = std::move(rounded), draw](const model::WeightMatrix& matrix, std::span<const float> original, std::span<float> weights) {
        if (!rounded(matrix, original, weights)) return false;
        std::mt19937_64 bits(seedOf(matrix.name, draw));
        std::uint64_t signs = 0;
        for (std::size_t i = 0; i < weights.size(); ++i, signs >>= 1) {
            if (i % 64 == 0) signs = bits();
            if (signs & 1) weights[i] = original[i] - (weights[i] - original[i]);
        }
        return true;
    };
}

}  // namespace dq::flow

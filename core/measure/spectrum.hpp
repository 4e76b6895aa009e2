#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/checkpoint/checkpoint.hpp"

/// What a matrix's singular values say without any data. A matrix whose shorter side is at most 512 is taken whole; of others
/// blocks of 128 x 128, at most 256 spread evenly (AlphaQ's FARMS), stand for it.
namespace dq::measure {

/// Rising, of a symmetric matrix [n, n]; small negative ones that rounding leaves are 0.
std::vector<double> eigenvalues(std::vector<double> matrix, std::size_t n);

/// AlphaQ's tail exponent 1 + k / sum over i = 1 ... k of ln(l_(n-i+1) / l_(n-k)) of rising eigenvalues l; without k a tenth of
/// them, 10 at least. A spectrum without a tail (all equal, or too few) has the largest there is, 1e6.
double alphaHill(std::span<const double> rising, std::size_t k);
double alphaHill(std::span<const double> rising);

/// NSDS's size of a spectrum: the sum of the singular values times e to the entropy of their shares; 0 of zeros.
double spectralSize(std::span<const double> risingSquares);

struct Spectrum {
    double alphaHill = 0, spectralSize = 0;  // of blocks: of all their eigenvalues together; mean
};
Spectrum spectrumOf(const checkpoint::TensorView& tensor, std::int64_t rows, std::int64_t cols);

}  // namespace dq::measure

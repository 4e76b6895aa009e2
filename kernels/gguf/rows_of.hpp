#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/encoding.hpp"
#include "kernels/error_stats.hpp"
#include "kernels/input.hpp"

/// Encodings of Element::Block in the words of kernels/quantize_pack.hpp: a row's codes are its whole blocks, it has
/// no scales beside them. Where no block divides the row, the type is the one stock llama-quantize falls back to.
namespace dq::kernels::gguf {

std::int64_t storedRowBytes(const Encoding& encoding, std::int64_t cols);

/// `codes` holds rows * storedRowBytes. Scaling::Weighted: the input's E[x^2] is the importance, as in stock llama-quantize
/// with an importance matrix; without it, or where all of it is 0, the type is stored as without one.
void packRows(const MatrixView& weights, const Encoding& encoding, std::span<std::byte> codes, const Input& input);
void unpackRows(const Encoding& encoding, std::int64_t cols, std::span<const std::byte> codes,
                std::span<float> weights);

/// errorStats for encodings of Element::Block: sums in the same order.
std::vector<ErrorSums> blockErrors(const MatrixView& weights, std::span<const Encoding> palette,
                                   const float* fisher, const float* inputMoment);

}  // namespace dq::kernels::gguf

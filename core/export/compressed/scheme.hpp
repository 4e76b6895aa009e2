#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/export/layout.hpp"
#include "core/export/rounded.hpp"
#include "core/json/json.hpp"

/// How compressed-tensors (0.15 and later: integers packed densely; 0.20: MXFP6) names and stores a format. Private to
/// core/export.
namespace dq::exporting::compressed {

struct Scheme {
    std::string format;  // "pack-quantized", "nvfp4-pack-quantized", "mxfp4-pack-quantized", "mxfp6-pack-quantized",
                         // "mxfp8-quantized", "float-quantized"
    json::Json weights;  // its QuantizationArgs
};

/// Absent: compressed-tensors has no name for the format, or it is bf16, which it leaves alone.
std::optional<Scheme> schemeOf(const format::Format& format);

/// The tensors of one matrix in the file:
///
///     INT     NAME.weight_packed I32 [rows, ceil(cols*bits/32)], NAME.weight_scale [rows, G], NAME.weight_shape I64 [2]
///             code + 2^(bits-1), bit k of element i at bit i*bits + k of the row, little endian
///             and with zero points NAME.weight_zero_point I32 [ceil(rows*bits/32), G]: those of a group's rows packed like codes,
///             one column a group; codes and zero points as ours are, neither has a sign
///     MXFP4   NAME.weight_packed U8 [rows, cols/2], NAME.weight_scale U8 [rows, G]: 2^(byte - 127)
///     MXFP6   NAME.weight_packed U8 [rows, 3*cols/4], four E2M3 codes in three bytes, the first in the lowest bits; scales as MXFP4's
///     MXFP8   NAME.weight F8_E4M3 [rows, cols], NAME.weight_scale U8 [rows, G]
///     NVFP4   NAME.weight_packed U8 [rows, cols/2], NAME.weight_scale F8_E4M3 [rows, G],
///             NAME.weight_global_scale F32 [1]: weights are divided by it
///     FP8     NAME.weight F8_E4M3 [rows, cols], NAME.weight_scale F32 or BF16 [rows, 1], of tiles [rows/128, cols/128]
///     bf16    NAME.weight BF16 [rows, cols]
std::vector<StoredTensor> tensorsOf(const std::string& name, std::int64_t rows, std::int64_t cols,
                                    const format::Format& format);

/// The bytes of each of tensorsOf, in its order; of some rows of a matrix of `allRows`; and back.
std::vector<std::vector<std::byte>> bytesOf(const Packed& matrix, std::int64_t rows, std::int64_t cols,
                                            const format::Format& format);
std::vector<std::vector<std::byte>> bytesOfRows(const Packed& some, std::int64_t rows, std::int64_t allRows, std::int64_t cols,
                                                const format::Format& format);
Packed packedFrom(const std::vector<std::span<const std::byte>>& tensors, std::int64_t rows, std::int64_t cols,
                  const format::Format& format);

}  // namespace dq::exporting::compressed

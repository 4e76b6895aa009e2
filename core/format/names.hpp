#pragma once

#include <optional>
#include <string_view>

#include "core/format/format.hpp"

namespace dq::format {

/// The format a name spells, whether the catalogue lists it or not:
///
///     int BITS [a] - g GROUP | row [-f32 | -bf16]            2 to 12 bits; groups 16 32 64 128 256; a: with zero points
///     nf4-g GROUP [-dq]   fp4-g GROUP [-dq]                  F32 scales; -dq: quantized themselves, as bitsandbytes does
///     fp8-e4m3 [-bf16 | -block | -block-bf16 | -tensor]      one scale a row or a tile of 128 x 128, F32 or BF16, or one for all
///     mxfp4   mxfp6-e2m3   mxfp6-e3m2   mxfp8-e4m3   mxfp8-e5m2
///     nvfp4   bf16
///     q8_0 q6_k q5_k q4_k q3_k q2_k q5_0 q5_1 q4_0 q4_1 iq4_nl iq4_xs f16 mxfp4-gguf nvfp4-gguf    blocks of GGUF files
///
/// Behind formats of at most 8 bits whose groups have scales of their own, -mse, -imx or -fisher: the scale of each group is
/// searched for, with -imx under the importance of its columns, E[x^2], with -fisher under each weight's own Fisher entry. Behind a block type of a GGUF file that stock llama-quantize
/// stores otherwise under an importance matrix, -imx: as with one. At the end, behind all but bf16, block types and shared
/// scales, -gptq: codes under error feedback (kernels/feedback.hpp).
std::optional<Format> parsed(std::string_view name);

/// The name of the same format with BF16 scales, which a loader that keeps scales in BF16 leaves as they are; absent
/// where the grammar has none.
std::optional<std::string> withBf16Scales(const Format& format);

}  // namespace dq::format

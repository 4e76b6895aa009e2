#pragma once

#include <optional>
#include <string>

#include "core/export/rounded.hpp"
#include "core/model/model.hpp"

/// What the loaders do to scales. vLLM's integer layers and transformers keep them in the type the model runs in, vLLM's
/// weight-only FP8 converts them to it. Private to core/export.
namespace dq::exporting::compressed {

/// The type a loader runs the model in: what config.json says, BF16 where that is F32 or nothing, as vLLM does.
DType runsIn(const model::Model& model);

/// Why a loader would compute with other scales than were measured. Absent: it would not.
std::optional<std::string> scaleComplaint(const format::Format& format, DType runs);

/// Throws Error(Unsupported) where a BF16 scale, the first of which is number `firstScale`, is outside what F16 holds.
void requireKept(const Packed& matrix, const format::Format& format, DType runs, std::int64_t firstScale = 0);

}  // namespace dq::exporting::compressed

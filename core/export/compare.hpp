#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "core/export/digests.hpp"
#include "core/export/layout.hpp"
#include "core/export/written_digests.hpp"
#include "core/model/model.hpp"

/// What every target's verification needs. Private to core/export. All throw Error(Corrupt) naming file and
/// tensor.
namespace dq::exporting {

/// The tensor as it was planned: name, type and shape.
const checkpoint::TensorView& tensorOf(const checkpoint::Checkpoint& checkpoint, const StoredTensor& wanted);
/// It has the type and shape that were planned.
void requireStored(const checkpoint::TensorView& found, const StoredTensor& wanted);

void requireFinite(std::span<const float> values, const std::string& where);
void requireSame(std::span<const std::byte> found, std::span<const std::byte> expected,
                 const std::string& where);

/// Part of a tensor, from its byte `at` on.
void requireSameAt(std::span<const std::byte> found, Bytes at, std::span<const std::byte> expected, const std::string& where);

/// The tensors of a matrix, as they were given to the writer.
void requireWritten(const checkpoint::Checkpoint& checkpoint, std::span<const StoredTensor> tensors, const WrittenDigests& written);
/// The same as a manifest says.
void requireSaid(const checkpoint::Checkpoint& checkpoint, std::span<const StoredTensor> tensors, const Digests& said);

/// A tensor that passed through: finite, and the model's own where it is given.
void verifyPassing(const checkpoint::TensorView& found, const model::Model* against);

Bytes bytesIn(const std::filesystem::path& folder);  // of all files there

}  // namespace dq::exporting

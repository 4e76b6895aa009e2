#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "core/export/layout.hpp"
#include "core/model/model.hpp"

/// What every target's verification needs. Private to core/export. All throw Error(Corrupt) naming file and
/// tensor.
namespace dq::exporting {

/// The tensor as it was planned: name, type and shape.
const checkpoint::TensorView& tensorOf(const checkpoint::Checkpoint& checkpoint, const StoredTensor& wanted);

void requireFinite(std::span<const float> values, const std::string& where);
void requireSame(std::span<const std::byte> found, std::span<const std::byte> expected,
                 const std::string& where);

/// A tensor that passed through: finite, and the model's own where it is given.
void verifyPassing(const checkpoint::TensorView& found, const model::Model* against);

Bytes bytesIn(const std::filesystem::path& folder);  // of all files there

}  // namespace dq::exporting

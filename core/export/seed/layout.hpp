#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/units.hpp"
#include "core/format/format.hpp"
#include "core/model/model.hpp"

/// A packed matrix of the first DynaQuant's folder (README.md draws it). Private to core/export.
namespace dq::exporting::seed {

inline constexpr const char* configName = "dynaquant_config.json";
inline constexpr const char* weightsName = "packed_weights";
inline constexpr const char* buffersName = "buffers.safetensors";
std::string plainName(std::size_t index);  // 0: "non_quantized-001.safetensors"

struct Layer {
    std::string module;
    int bits = 0;
    std::int64_t rows = 0, cols = 0, group = 0;

    std::int64_t groups() const;
    std::int64_t padded() const;  // columns in the stream: whole groups
    Bytes rowBytes() const;       // whole, as groups are multiples of eight
    Bytes packedBytes() const;
    Bytes scaleBytes() const;
    std::string packedFile() const;  // under the folder
    std::string scalesFile() const;
    bool operator==(const Layer&) const = default;
};

/// Absent: the folder has no place for the format's codes (bf16 is none either).
std::optional<Layer> layerOf(const model::WeightMatrix& matrix, const format::Format& format);

/// The format that codes of so many bits and groups of so many columns are; nullptr: this program has none.
const format::Format* formatOf(std::int64_t bits, std::int64_t group);

/// Whether it can be part of a file's name in one folder.
bool isModule(std::string_view name);

/// Some rows of our codes (two's complement, rows of whole bytes) as they stand in the stream: a code q is q + 2^(bits-1), and
/// columns behind the matrix hold that of 0.
std::vector<std::byte> streamOf(const Layer& layer, std::span<const std::byte> codes);

}  // namespace dq::exporting::seed

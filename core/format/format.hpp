#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/units.hpp"
#include "kernels/encoding.hpp"

namespace dq::format {

/// A quantization format as a value: a name people type, and how a matrix is stored in it.
struct Format {
    std::string name;  // "int4-g32", "nvfp4", "fp8-e4m3", "nf4-g64", "bf16"
    kernels::Encoding encoding;

    /// Which targets can load it: "native" always, "compressed-tensors", "bitsandbytes", "gguf".
    std::vector<std::string> loaders() const;

    /// Whether its quantizer looks at E[x^2] of the matrix's input (-imx), at the Fisher diagonal (-fisher), and at the input's
    /// Hessian (-gptq).
    bool needsMoment() const { return encoding.scaling == kernels::Scaling::Weighted; }
    bool needsSensitivities() const { return encoding.scaling == kernels::Scaling::Fisher; }
    bool needsHessian() const { return encoding.feedback; }
    bool looksAtInput() const { return needsMoment() || needsSensitivities() || needsHessian(); }

    /// Bytes of a [rows, cols] matrix: codes, scales and global scale, as export writes them.
    /// Throws Error(Corrupt) where the shape's size does not fit 63 bits.
    Bytes bytes(std::int64_t rows, std::int64_t cols) const;
    Bytes codeBytes(std::int64_t rows, std::int64_t cols) const;
    /// Of the groups' scales and zero points alone, without the global scale (4 bytes).
    Bytes scaleBytes(std::int64_t rows, std::int64_t cols) const;
    bool operator==(const Format&) const = default;
};

/// What is measured unless other formats are asked for, in rising nominal bits; the order is part of the error
/// table's key. find() and get() know many more names: core/format/names.hpp says which.
std::span<const Format> catalogue();
const Format* find(std::string_view name);  // nullptr: no such format
const Format& get(std::string_view name);   // throws Error(Input) listing the names nearest to it

/// The formats a target can load.
struct Palette {
    std::string name;         // "all", "int", "hardware", ...
    std::string description;  // one line for --help and tooltips
    std::vector<std::string> formats;
};
std::span<const Palette> palettes();
/// A palette by name, or one made of comma-separated formats and palettes ("int4-g32,bf16"): its formats
/// stand in rising size, in the catalogue's order where that is equal, each once, and its name is that list.
/// Throws Error(Input) naming the nearest formats and the palettes.
Palette palette(std::string_view name);

}  // namespace dq::format

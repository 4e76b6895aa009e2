#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/json.hpp"

/// Hugging Face's tensors under llama.cpp's names. Private to core/export.
namespace dq::exporting::gguf {

/// What llama.cpp calls an architecture, and the heads whose rows it reorders (llama's rotary embedding turns
/// neighbouring rows, Hugging Face's rows half a head apart).
struct Family {
    std::string name;              // general.architecture: "llama", "qwen2"
    bool permutesQk = false;
    std::int64_t heads = 0, kvHeads = 0;
};

/// From config.json. Throws Error(Unsupported) for a model type that this export does not write yet.
Family familyOf(const json::Json& config, std::string_view source);

/// Absent: llama.cpp has no such tensor.
std::optional<std::string> ggufName(std::string_view tensor);

/// Heads to reorder a tensor's rows by; 0: rows stay.
std::int64_t permutedHeads(const Family& family, std::string_view tensor);

/// The row of the original that becomes row `row` of `rows`, in llama.cpp's order.
std::int64_t sourceRow(std::int64_t row, std::int64_t rows, std::int64_t heads);

}  // namespace dq::exporting::gguf

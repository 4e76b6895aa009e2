#include "core/export/compressed/scales.hpp"

#include <cstring>

#include "core/base/error.hpp"
#include "core/format/names.hpp"
#include "core/json/json.hpp"

namespace dq::exporting::compressed {

namespace {

using json::Json;
using kernels::ScaleType;

std::string typeIn(const Json& config) {
    if (!config.is_object()) return {};
    for (const char* key : {"dtype", "torch_dtype"})
        if (config.contains(key) && config[key].is_string()) return config[key].get<std::string>();
    return config.contains("text_config") ? typeIn(config["text_config"]) : "";
}

}  // namespace

DType runsIn(const model::Model& model) {
    const Json config = Json::parse(model.checkpoint().configText(), nullptr, false);
    return typeIn(config) == "float16" ? DType::F16 : DType::BF16;
}

std::optional<std::string> scaleComplaint(const format::Format& format, DType runs) {
    const ScaleType scale = format.encoding.scale;
    const bool kept = scale == ScaleType::Bf16 || (scale == ScaleType::F16 && runs == DType::F16);
    if (kept || (scale != ScaleType::F16 && scale != ScaleType::F32)) return {};
    std::string sentence = std::string("its scales are ") + (scale == ScaleType::F16 ? "F16" : "F32") +
                           ", and the loaders make them " + std::string(dtypeName(runs)) +
                           ", as the model: other weights than were measured";
    if (const auto other = format::withBf16Scales(format)) sentence += "; " + *other + " keeps its scales";
    return sentence;
}

void requireKept(const Packed& matrix, const format::Format& format, DType runs, std::int64_t firstScale) {
    if (runs != DType::F16 || format.encoding.scale != ScaleType::Bf16) return;
    for (std::size_t at = 0; at + 1 < matrix.scales.size(); at += 2) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, matrix.scales.data() + at, sizeof bits);
        if (fromF16(toF16(fromBf16(bits))) != fromBf16(bits))
            throw Error(Kind::Unsupported, "scale " + std::to_string(firstScale + static_cast<std::int64_t>(at / 2)) + " is " +
                                               showNumber(static_cast<double>(fromBf16(bits))) +
                                               " in BF16, and the loaders make it F16, as the model, which cannot hold it");
    }
}

}  // namespace dq::exporting::compressed

#include "core/export/target.hpp"

#include <algorithm>
#include <functional>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/export/compressed_tensors.hpp"
#include "core/export/dequantized.hpp"
#include "core/export/gguf_file.hpp"
#include "core/export/manifest.hpp"
#include "core/export/seed_folder.hpp"
#include "core/json/json.hpp"

namespace dq::exporting {

namespace {

namespace fs = std::filesystem;

const std::vector<Target> known{
    {"native", "packed safetensors of every format (core/export/README.md); no engine loads it yet"},
    {"compressed-tensors", "mixed precision for vLLM and transformers"},
    {"gguf", "one file for llama.cpp and what is built on it"},
    {"hf", "plain BF16 safetensors of the rounded weights: runs anywhere, saves nothing"},
    {"seed", "the first DynaQuant's folder: packed_weights/*.packed and *.scales, dynaquant_config.json; integers with F32 scales, one group size"},
};

bool isCompressed(const fs::path& folder) {
    const json::Json config = json::Json::parse(readText(folder / "config.json"), nullptr, false);
    return config.is_object() && config.contains("quantization_config");
}

/// A native checkpoint whose manifest is gone still has packed tensors.
bool holdsCodes(const fs::path& folder) {
    const auto checkpoint = checkpoint::Checkpoint::open(folder);
    return std::ranges::any_of(checkpoint->tensors(), [](const auto& tensor) { return tensor.name.ends_with(".codes"); });
}

NativeOptions folderOptions(const ExportOptions& options) {
    return options.splitBytes > 0 ? NativeOptions{.shardBytes = options.splitBytes} : NativeOptions{};
}

CompressedTensorsOptions compressedOptions(const ExportOptions& options) {
    return {.shardBytes = folderOptions(options).shardBytes, .widest = options.widest};
}

SeedOptions seedOptions(const ExportOptions& options) {
    return options.splitBytes > 0 ? SeedOptions{.shardBytes = options.splitBytes} : SeedOptions{};
}

/// Read back and held against the fingerprints of what the quantizer gave.
VerifyReport written(const Target& target, const model::Model& model, const recipe::Recipe& recipe, const fs::path& output,
                     const ExportOptions& options, const Progress& progress, const InputSource& inputs) {
    if (target.name == "compressed-tensors") {
        const WrittenDigests digests = writeCompressedTensors(model, recipe, output, compressedOptions(options), progress, inputs);
        return verifyCompressedTensors(output, model, progress, inputs, &digests);
    }
    if (target.name == "gguf") {
        const GgufWritten file = writeGguf(model, recipe, output, progress, inputs, {.splitBytes = options.splitBytes});
        return verifyGguf(file.first, model, progress, inputs, &file.digests);
    }
    if (target.name == "hf") {
        const WrittenDigests digests = writeDequantized(model, recipe, output, folderOptions(options), progress, inputs);
        return verifyDequantized(output, model, progress, inputs, &digests);
    }
    if (target.name == "seed") {
        const WrittenDigests digests = writeSeed(model, recipe, output, seedOptions(options), progress, inputs);
        return verifySeed(output, model, progress, inputs, &digests);
    }
    const WrittenDigests digests = writeNative(model, recipe, output, folderOptions(options), progress, inputs);
    return verifyNative(output, &model, progress, inputs, &digests);
}

void requirePlanned(const VerifyReport& report, Bytes planned, const fs::path& output) {
    if (report.fileBytes != planned)
        throw Error(Kind::Corrupt, output.string() + ": takes " + std::to_string(report.fileBytes) + " bytes, " +
                                       std::to_string(planned) + " were planned");
}

}  // namespace

std::span<const Target> targets() {
    return known;
}

const Target& targetOf(std::string_view name) {
    const auto found =
        std::find_if(known.begin(), known.end(), [name](const Target& one) { return one.name == name; });
    if (found != known.end()) return *found;
    std::string names;
    for (const Target& one : known)
        names += (names.empty() ? "" : ", ") + one.name;
    throw Error(Kind::Input, "no export target is named \"" + std::string(name.substr(0, 40)) + "\"; there are " + names);
}

Bytes plannedFileBytes(const Target& target, const model::Model& model, const recipe::Recipe& recipe,
                       const ExportOptions& options) {
    if (target.name == "compressed-tensors") return compressedTensorsFileBytes(model, recipe, compressedOptions(options));
    if (target.name == "gguf") return ggufFileBytes(model, recipe, {.splitBytes = options.splitBytes});
    if (target.name == "seed") return seedFileBytes(model, recipe, seedOptions(options));
    return target.name == "hf" ? dequantizedFileBytes(model, recipe, folderOptions(options))
                               : nativeFileBytes(model, recipe, folderOptions(options));
}

VerifyReport exportTo(const Target& target, const model::Model& model, const recipe::Recipe& recipe,
                      const fs::path& output, const ExportOptions& options, const Progress& progress,
                      const InputSource& inputs) {
    const PackingOn device(options.device);
    const VerifyReport report = written(target, model, recipe, output, options, progress, inputs);
    requirePlanned(report, plannedFileBytes(target, model, recipe, options), output);
    return report;
}

VerifyReport verifyAny(const fs::path& path, const model::Model* against, const Progress& progress,
                       const InputSource& inputs) {
    if (fs::is_regular_file(path)) {
        if (!against) throw Error(Kind::Input, path.string() + ": a GGUF file is verified against its model");
        return verifyGguf(path, *against, progress, inputs);
    }
    if (isSeedFolder(path)) {
        if (!against) throw Error(Kind::Input, path.string() + ": a folder of the first DynaQuant is verified against its model");
        return verifySeed(path, *against, progress, inputs);
    }
    const bool isNative = fs::exists(path / manifestName);
    if (!isNative && !fs::exists(path / recipeName))
        throw Error(Kind::Input, path.string() + ": holds neither " + manifestName + " nor " + recipeName + ", so it is no export of this program");
    if (isNative || holdsCodes(path)) return verifyNative(path, against, progress, inputs);
    if (!against)
        throw Error(Kind::Input, path.string() + ": only a native checkpoint can be verified without its model");
    return isCompressed(path) ? verifyCompressedTensors(path, *against, progress, inputs)
                              : verifyDequantized(path, *against, progress, inputs);
}

}  // namespace dq::exporting

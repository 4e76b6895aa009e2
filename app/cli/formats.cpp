#include <algorithm>
#include <cstdio>

#include "app/cli/command.hpp"
#include "app/cli/reporter.hpp"
#include "core/format/format.hpp"
#include "core/measure/measure.hpp"
#include "kernels/gguf/gguf.hpp"
#include "kernels/scale.hpp"

namespace dq::cli {

namespace {

/// Bits per weight, scales counted, of a matrix so large and regular that nothing is left over.
double nominalBits(const format::Format& one) {
    constexpr std::int64_t side = 4096;
    return 8.0 * static_cast<double>(one.bytes(side, side)) / (static_cast<double>(side) * side);
}

std::string joined(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names)
        all += (all.empty() ? "" : ", ") + name;
    return all;
}

std::vector<std::string> palettesWith(const std::string& format) {
    std::vector<std::string> names;
    for (const format::Palette& palette : format::palettes())
        if (std::find(palette.formats.begin(), palette.formats.end(), format) != palette.formats.end())
            names.push_back(palette.name);
    return names;
}

/// "4 + 16/32" bits a weight: what export writes for a matrix without leftovers.
std::string bitsRule(const kernels::Encoding& encoding) {
    if (encoding.element == kernels::Element::Block) {
        const auto& info = kernels::gguf::infoOf(static_cast<kernels::gguf::Type>(encoding.block));
        return std::to_string(8 * info.blockBytes) + "/" + std::to_string(info.blockWeights);
    }
    std::string rule = std::to_string(encoding.bits);
    std::string group = encoding.group > 0 ? std::to_string(encoding.group) : "row";
    if (encoding.groupRows > 1) group = "(" + std::to_string(encoding.groupRows) + "*" + group + ")";
    const std::size_t scaleBits = 8 * kernels::scaleSize(encoding.scale);
    if (scaleBits > 0) rule += " + " + std::to_string(scaleBits) + "/" + group;
    if (encoding.scale == kernels::ScaleType::Dynamic8) rule += " + 32/(256*" + group + ") + 32/matrix";
    if (encoding.zeroPoint) rule += " + " + std::to_string(encoding.bits) + "/" + group;
    if (encoding.globalScale) rule += " + 32/matrix";
    return rule;
}

void print(const format::Format& one) {
    std::printf("%-18s %8.3f  %-35s  %-45s  %s\n", one.name.c_str(), nominalBits(one), bitsRule(one.encoding).c_str(),
                joined(one.loaders()).c_str(), joined(palettesWith(one.name)).c_str());
}

json::Json toJson(const format::Format& one) {
    return {{"name", one.name},
            {"bits_per_weight", nominalBits(one)},
            {"bits", one.encoding.bits},
            {"group", one.encoding.group},
            {"rule", bitsRule(one.encoding)},
            {"loaders", one.loaders()},
            {"palettes", palettesWith(one.name)}};
}

void run(const std::string& list, bool json) {
    std::vector<format::Format> formats;
    for (const std::string& name : format::palette(list.empty() ? measure::measuredByDefault : list).formats)
        formats.push_back(format::get(name));
    if (json) {
        json::Json all = json::Json::array();
        for (const format::Format& one : formats)
            all.push_back(toJson(one));
        return printLine({{"formats", all}});
    }
    std::printf("%-18s %8s  %-35s  %-45s  %s\n", "format", "bits", "bits of a weight", "loaded by", "palettes");
    for (const format::Format& one : formats)
        print(one);
    if (list.empty())
        std::printf("\nMore by name: int2 to int12, then a for zero points, then -g16 -g32 -g64 -g128 -g256 or -row, then -f32 or -bf16 for "
                    "other scales; nf4 and fp4\nwith -g16 to -g256, and -dq; fp8-e4m3-block-bf16, fp8-e4m3-tensor, mxfp6-e3m2, mxfp8-e5m2, "
                    "f16, mxfp4-gguf, nvfp4-gguf. Behind groups of at most 8 bits:\n-mse scales that are searched for; -imx searched "
                    "under the importance of the inputs, also behind GGUF types; -fisher under the Fisher diagonal;\n-gptq codes under error "
                    "feedback\n");
}

}  // namespace

void addFormats(CLI::App& app) {
    auto* const command = app.add_subcommand("formats", "List the quantization formats and palettes");
    const auto json = std::make_shared<bool>(false);
    const auto list = std::make_shared<std::string>();
    command->add_option("--formats", *list, "These formats and palettes, comma-separated, instead of the ones measured by default");
    command->add_flag("--json", *json, "Print one JSON object");
    command->callback([json, list] { run(*list, *json); });
}

}  // namespace dq::cli

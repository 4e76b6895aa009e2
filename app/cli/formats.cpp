#include <cstdio>

#include "app/cli/command.hpp"
#include "app/cli/reporter.hpp"
#include "core/format/format.hpp"

namespace dq::cli {

namespace {

/// Bits per weight, scales counted, of a matrix so large and regular that nothing is left over.
double nominalBits(const format::Format& one) {
    constexpr std::int64_t side = 4096;
    return 8.0 * static_cast<double>(one.bytes(side, side)) / (static_cast<double>(side) * side);
}

std::string palettesWith(const std::string& format) {
    std::string names;
    for (const format::Palette& palette : format::palettes())
        if (std::find(palette.formats.begin(), palette.formats.end(), format) != palette.formats.end())
            names += (names.empty() ? "" : ", ") + palette.name;
    return names;
}

void run(bool json) {
    json::Json list = json::Json::array();
    if (!json) std::printf("%-12s %16s  %s\n", "format", "bits per weight", "palettes");
    for (const format::Format& one : format::catalogue()) {
        if (!json)
            std::printf("%-12s %16.3f  %s\n", one.name.c_str(), nominalBits(one), palettesWith(one.name).c_str());
        list.push_back({{"name", one.name},
                        {"bits_per_weight", nominalBits(one)},
                        {"bits", one.encoding.bits},
                        {"group", one.encoding.group}});
    }
    if (json) printLine({{"formats", list}});
}

}  // namespace

void addFormats(CLI::App& app) {
    auto* const command = app.add_subcommand("formats", "List the quantization formats and palettes");
    const auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "Print one JSON object");
    command->callback([json] { run(*json); });
}

}  // namespace dq::cli

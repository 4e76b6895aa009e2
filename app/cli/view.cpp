#include "app/cli/view.hpp"

#include "core/base/mapped_file.hpp"
#include "core/base/units.hpp"

namespace dq::cli {

void ViewOptions::addTo(CLI::App& command) {
    command
        .add_option(
            "--group", grouping,
            "Which matrices share a format: free, fused (q/k/v, gate/up, experts of a layer), expert, "
            "block, role")
        ->capture_default_str();
    command
        .add_option(
            "--constraint", constraints,
            "pin:layers.3.q=int8-g32, ban:nvfp4@layers.0-3, min:role=down,bits=4, max:name=*head,bits=8; "
            "again for more")
        ->allow_extra_args(false);
    command.add_option("--correction", correction, "What validate has learned: its gains multiply the predicted losses");
}

flow::View ViewOptions::view() const {
    flow::View view{.grouping = allocate::groupingOf(grouping)};
    for (const std::string& text : constraints)
        view.constraints.push_back(allocate::constraintOf(text));
    if (!correction.empty()) view.correction = quality::correctionFromJson(readText(correction), correction);
    return view;
}

CLI::Option* CardOptions::addTo(CLI::App& group, CLI::App& command) {
    command.add_option("--context", context, "With --card: positions kept")->capture_default_str();
    command.add_option("--batch", batch, "With --card: sequences at a time")->capture_default_str();
    command.add_option("--cache-bits", cacheBits, "With --card: bits of a cached key or value")
        ->capture_default_str();
    command.add_option("--overhead", overhead, "With --card: what the program around takes")
        ->capture_default_str();
    return group.add_option("--card", gib, "What fits a card of so many GiB beside its cache");
}

flow::ByCard CardOptions::ask(const model::Architecture& architecture) const {
    flow::ByCard ask{{*gib, parseBytes(overhead)}, flow::cacheOf(architecture)};
    ask.cache.context = context;
    ask.cache.batch = batch;
    ask.cache.bytesPerValue = cacheBits / 8;
    return ask;
}

}  // namespace dq::cli

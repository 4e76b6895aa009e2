#include "app/cli/view.hpp"

#include "core/base/mapped_file.hpp"
#include "core/base/units.hpp"
#include "core/flow/decoding.hpp"

namespace dq::cli {

void ViewOptions::addTo(CLI::App& command) {
    command
        .add_option(
            "--group", grouping,
            "Which matrices share a format: free, fused (q/k/v, gate/up, experts of a layer: vLLM), expert "
            "(each by itself), stacks (one tensor of all experts of a layer: GGUF), block, role")
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
    command.add_option("--context", context, "With --card or --bandwidth: positions kept")->capture_default_str();
    command.add_option("--batch", batch, "With --card or --bandwidth: sequences at a time")->capture_default_str();
    command.add_option("--cache-bits", cacheBits, "With --card or --bandwidth: bits of a cached key or value")
        ->capture_default_str();
    command.add_option("--overhead", overhead, "With --card: what the program around takes")
        ->capture_default_str();
    return group.add_option("--card", gib, "What fits a card of so many GiB beside its cache");
}

flow::ByCard CardOptions::ask(const model::Architecture& architecture) const {
    return {{*gib, parseBytes(overhead)}, cache(architecture)};
}

allocate::KvCache CardOptions::cache(const model::Architecture& architecture) const {
    allocate::KvCache cache = flow::cacheOf(architecture);
    cache.context = context;
    cache.batch = batch;
    cache.bytesPerValue = cacheBits / 8;
    return cache;
}

void SpeedOptions::addTo(CLI::App& command) {
    command.add_option("--bandwidth", bandwidth, "What the memory reads, GB/s: also say how long a token takes");
    command.add_option("--costs", costs, "What bench-decode --save has measured: each format at its own rate, and the memory's where --bandwidth says none");
    command.add_option("--tokens-per-second", tokensPerSecond, "So many at least, of one sequence, as fast as the memory lets weights and cache be read");
}

std::optional<allocate::Pace> SpeedOptions::pace(const model::Model& model, const CardOptions& card) const {
    if (!bandwidth && costs.empty()) {
        if (tokensPerSecond) throw CLI::RequiredError("With --tokens-per-second one of --bandwidth and --costs");
        return std::nullopt;
    }
    constexpr double anySpeed = 1e-12;
    const allocate::Costs known = costs.empty() ? allocate::Costs{} : allocate::readCosts(costs);
    const double bytesPerSecond = bandwidth ? *bandwidth * 1e9 : known.bytesPerSecond;
    allocate::Pace pace = flow::paceOf(model.architecture(), card.cache(model.architecture()), bytesPerSecond, tokensPerSecond.value_or(anySpeed));
    pace.costs = known;
    pace.besides = known.launchSeconds * static_cast<double>(flow::launchesOf(model).size());
    return pace;
}

}  // namespace dq::cli

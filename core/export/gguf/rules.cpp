#include "core/export/gguf/rules.hpp"

#include <cmath>
#include <functional>

#include "core/export/gguf/names.hpp"
#include "core/export/gguf/stacks.hpp"
#include "core/export/gguf_file.hpp"
#include "core/recipe/formats.hpp"

namespace dq::exporting::gguf {

namespace {

using model::Architecture;
using model::Attention;
using Scaling = model::Rope::Scaling;

bool isGemma(const Architecture& a) {
    return a.type.starts_with("gemma");
}

bool everyBlock(const Architecture& a, const std::function<bool(std::int64_t)>& holds) {
    for (std::int64_t block = 0; block < a.blocks; ++block)
        if (!holds(block)) return false;
    return true;
}

/// In its largest models llama.cpp goes by the width of a head's share of the hidden state.
double queryScaleOf(const Architecture& a) {
    const bool largest = (a.type == "gemma2" && a.blocks == 46) || (familyOf(a) == "gemma3" && a.blocks == 62);
    return 1 / std::sqrt(static_cast<double>(largest ? a.hidden / a.heads : a.headDim));
}

model::Activation activationOf(const Architecture& a) {
    return isGemma(a) || a.type == "gpt2" ? model::Activation::GeluTanh : model::Activation::Silu;
}

void addOfGemma(const Architecture& a, std::vector<std::string>& all) {
    const bool second = a.type == "gemma2";
    if (second != (a.attentionCap > 0)) all.push_back(std::string("attn_logit_softcapping must be ") + (second ? "above 0" : "absent"));
    if (second && a.logitCap <= 0) all.push_back("final_logit_softcapping must be above 0");
    if (a.window > 0 && slidingPeriod(a) < 0) all.push_back("its sliding blocks do not stand at equal distances");
    if (a.rope.scaling != Scaling::None && a.rope.scaling != Scaling::Linear) all.push_back("its rope scaling must be linear");
    if (a.slidingRope && a.slidingRope->scaling != Scaling::None) all.push_back("sliding blocks have no rope scaling");
}

void addOfExperts(const Architecture& a, std::vector<std::string>& all) {
    if (a.experts.normalised != (a.type != "qwen2_moe"))
        all.push_back(std::string("the weights of a token's experts ") + (a.experts.normalised ? "do not add up" : "add up") + " to 1 (norm_topk_prob)");
    if (!everyBlock(a, [&](std::int64_t block) { return a.kind(block).feedForward == model::FeedForward::Experts; }))
        all.push_back("every block has experts, and here some have none");
    if (a.type == "qwen2_moe" && a.tiedHead) all.push_back("the head is a matrix of its own");
}

/// What stays between the tensors' names and the same logits.
std::vector<std::string> rulesBroken(const Architecture& a) {
    std::vector<std::string> all;
    if (a.activation != activationOf(a)) all.push_back(isGemma(a) || a.type == "gpt2" ? "its activation is gelu" : "its activation is silu");
    if (a.queryScale && std::abs(*a.queryScale / queryScaleOf(a) - 1) > 1e-6) all.push_back("queries are scaled by the size of a head");
    if (a.outputBias && a.type != "llama" && a.type != "gpt2") all.push_back("attention's output has no bias");
    if (a.mlpBias && a.type != "llama" && a.type != "gpt2") all.push_back("the feed-forward part has no biases");
    if (a.rope.scaling == Scaling::LongRope && a.type != "phi3" && !dividesFrequencies(a)) all.push_back("rope scaling is not longrope");
    if (isGemma(a)) addOfGemma(a, all);
    if (a.experts.count > 0) addOfExperts(a, all);
    if (a.delta.keyHeads > 0 && linearPeriod(a) < 0) all.push_back("blocks of full attention stand at equal distances");
    if (a.type.starts_with("qwen3_5") && a.delta.keyDim != a.delta.valueDim)
        all.push_back("keys and values of linear attention are equally wide");
    return all;
}

std::int64_t periodOf(const Architecture& a, Attention kind) {
    for (std::int64_t period = 1; period <= a.blocks; ++period)
        if (everyBlock(a, [&](std::int64_t block) { return (a.kind(block).attention == kind) == (block % period < period - 1); }))
            return period;
    return -1;
}

}  // namespace

bool dividesFrequencies(const Architecture& a) {
    return a.rope.scaling == Scaling::LongRope && a.type != "phi3" && a.rope.shortFactors == a.rope.longFactors &&
           a.rope.frequencies(a.rotated(), 1).amplitude == 1;
}

std::int64_t slidingPeriod(const Architecture& a) {
    const bool all = everyBlock(a, [&](std::int64_t block) { return a.kind(block).attention == Attention::Sliding; });
    return all ? 0 : periodOf(a, Attention::Sliding);
}

std::int64_t linearPeriod(const Architecture& a) {
    return periodOf(a, Attention::Linear);
}

std::vector<std::string> modelComplaints(const model::Model& model) {
    const Architecture& a = model.architecture();
    std::vector<std::string> all;
    if (!a.runnable() || !familyOf(a)) return all;  // refused where the file is planned, with the list of families
    for (const std::string& rule : rulesBroken(a))
        all.push_back(model.checkpoint().configSource() + ": llama.cpp takes for granted of " + a.type + ": " + rule);
    return all;
}

std::vector<std::string> stackComplaints(const model::Model& model, const recipe::Recipe& recipe) {
    const recipe::Formats formats(recipe);
    std::vector<std::string> all;
    for (const Stack& stack : stacksOf(model)) {
        const format::Format& format = formats.of(stack.first().name);
        for (const Part& part : stack.parts)
            if (const format::Format& other = formats.of(part.matrix->name); ggufTypeOf(other) != ggufTypeOf(format))
                all.push_back("matrices " + stack.first().name + " and " + part.matrix->name +
                              ": llama.cpp holds a block's experts in one tensor, so they must share a format (--group stacks), and are " + format.name +
                              " and " + other.name);
        const auto cols = static_cast<std::size_t>(stack.first().cols);
        const std::size_t block = kernels::gguf::infoOf(kernels::gguf::typeFor(ggufTypeOf(format).value(), cols)).blockWeights;
        const std::size_t chunks = stack.parts.front().chunks.size();
        if (chunks > 0 && cols / chunks % block != 0)
            all.push_back("matrix " + stack.first().name + " in " + format.name + ": llama.cpp wants its columns in another order, " +
                          std::to_string(cols / chunks) + " at a time, which blocks of " + std::to_string(block) + " do not allow");
    }
    return all;
}

}  // namespace dq::exporting::gguf

#include <algorithm>
#include <functional>
#include <tuple>

#include "core/base/error.hpp"
#include "core/format/format.hpp"
#include "core/format/names.hpp"

namespace dq::format {

namespace {

std::vector<std::string> namesWhere(const std::function<bool(const Format&)>& wanted) {
    std::vector<std::string> names;
    for (const Format& format : catalogue())
        if (wanted(format)) names.push_back(format.name);
    return names;
}

bool isBf16(const Format& format) {
    return format.encoding.element == kernels::Element::Bf16;
}

std::vector<std::string> loadedBy(const std::string& target) {
    return namesWhere([&](const Format& f) {
        const std::vector<std::string> loaders = f.loaders();
        return std::find(loaders.begin(), loaders.end(), target) != loaders.end();
    });
}

/// vLLM and transformers keep scales in the model's own type, nearly always BF16: others would be rounded there. Zero points
/// and MX can be exported too, but which vLLM runs them depends on its version and the card: they are asked for by name, and so are tiles, which vLLM's head does not load.
std::vector<std::string> loadedByVllm() {
    std::vector<std::string> names = loadedBy("compressed-tensors");
    std::erase_if(names, [](const std::string& name) {
        const kernels::Encoding& encoding = get(name).encoding;
        return encoding.zeroPoint || encoding.scale == kernels::ScaleType::E8M0 || encoding.groupRows > 1;
    });
    for (std::string& name : names)
        name = withBf16Scales(get(name)).value_or(name);
    return names;
}

bool isInt(const Format& format) {
    return format.encoding.element == kernels::Element::Int;
}

Palette integersOf(int group) {
    const std::string size = std::to_string(group);
    return {"int-g" + size, "INT2 to INT8 with a scale per " + size + " weights, and BF16",
            namesWhere(
                [group](const Format& f) { return isBf16(f) || (isInt(f) && f.encoding.group == group); })};
}

/// With scales searched for under importances (-imx, -fisher): where codes are few enough that a scale matters.
std::vector<std::string> weighted(const std::string& how) {
    std::vector<std::string> names;
    for (const char* const integer : {"int2", "int2a", "int3", "int3a", "int4", "int4a"})
        for (const char* const group : {"-g128", "-g64", "-g32"})
            names.push_back(integer + std::string(group) + how);
    for (const char* const name : {"mxfp4", "nf4-g64", "nvfp4"})
        names.push_back(name + how);
    std::stable_sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
        return get(a).bytes(4096, 4096) < get(b).bytes(4096, 4096);
    });
    names.emplace_back("bf16");
    return names;
}

/// The integers and floats that people run GPTQ for.
std::vector<std::string> fedBack() {
    return {"int2-g128-imx-gptq", "int2-g64-imx-gptq", "int2-g32-imx-gptq", "int3-g128-imx-gptq", "int3-g64-imx-gptq", "int3-g32-imx-gptq",
            "int4-g128-imx-gptq", "int4-g64-imx-gptq", "mxfp4-imx-gptq", "int4-g32-imx-gptq", "nvfp4-imx-gptq", "bf16"};
}

std::vector<Palette> everyPalette() {
    return {
        {"all", "every format that is measured unless others are asked for", namesWhere([](const Format&) { return true; })},
        {"int", "INT2 to INT8 in every group size, with and without zero points, and BF16",
         namesWhere([](const Format& f) { return isBf16(f) || isInt(f); })},
        integersOf(32),
        integersOf(64),
        integersOf(128),
        {"hardware", "what tensor cores multiply natively: NVFP4, FP8 and BF16", namesWhere([](const Format& f) {
             const bool nvfp4 = f.encoding.element == kernels::Element::E2M1 && f.encoding.globalScale;
             return nvfp4 || f.name == "fp8-e4m3" || f.name == "fp8-e4m3-block" || isBf16(f);
         })},
        {"int-hardware",
         "symmetric INT4 and INT8 in every group size, which inference engines have kernels for, and BF16",
         namesWhere([](const Format& f) {
             const bool symmetric = isInt(f) && !f.encoding.zeroPoint;
             return isBf16(f) || (symmetric && (f.encoding.bits == 4 || f.encoding.bits == 8));
         })},
        {"vllm", "what compressed-tensors checkpoints can hold and vLLM loads, with BF16 scales", loadedByVllm()},
        {"marlin", "of these, what every vLLM and SGLang has kernels for: INT4, INT8, FP8 and NVFP4",
         {"int4-g128-bf16", "int4-g128-bf16-mse", "int4-g64-bf16", "int4-g64-bf16-mse", "int4-g32-bf16",
          "int4-g32-bf16-mse", "nvfp4", "nvfp4-mse", "fp8-e4m3-bf16", "int8-g128-bf16", "int8-g64-bf16",
          "int8-g32-bf16", "bf16"}},
        {"bitsandbytes", "what bitsandbytes loads: NF4 and FP4, their scales quantized or not, and BF16",
         {"nf4-g64-dq", "fp4-g64-dq", "nf4-g64", "fp4-g64", "bf16"}},
        {"gguf", "what GGUF files hold and llama.cpp loads, without an importance matrix",
         {"q2_k", "q3_k", "iq4_xs", "q4_0", "q4_k", "iq4_nl", "q4_1", "q5_0", "q5_k", "q5_1", "q6_k", "q8_0", "bf16"}},
        {"imx", "2 to 4 bits with scales chosen by what the columns meet: the mean square of the input in the error table", weighted("-imx")},
        {"fisher", "2 to 4 bits with scales chosen by the Fisher diagonal; measuring keeps one byte a weight beside the table", weighted("-fisher")},
        {"gptq", "2 to 4 bits with codes under error feedback, in searched scales; measuring keeps the Hessians of all inputs", fedBack()},
        {"gguf-imx", "what GGUF files hold, stored under the error table's mean squares of the inputs as importance matrix",
         {"q2_k-imx", "q3_k-imx", "iq4_xs-imx", "q4_0-imx", "q4_k-imx", "iq4_nl-imx", "q4_1-imx", "q5_0-imx", "q5_k-imx", "q5_1-imx",
          "q6_k-imx", "q8_0", "bf16"}},
    };
}

const Palette* findPalette(std::string_view name) {
    const auto all = palettes();
    const auto found =
        std::find_if(all.begin(), all.end(), [name](const Palette& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

/// The names between commas.
std::vector<std::string_view> itemsOf(std::string_view list) {
    std::vector<std::string_view> items;
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        items.push_back(trimmed(list.substr(begin, end - begin)));
        begin = end + 1;
    }
    return items;
}

std::string paletteNames() {
    std::string names;
    for (const Palette& one : palettes())
        names += (names.empty() ? "" : ", ") + one.name;
    return names;
}

/// Where the catalogue lists a format; behind it for one that it does not.
std::size_t place(const std::string& name) {
    const auto all = catalogue();
    return static_cast<std::size_t>(
        std::find_if(all.begin(), all.end(), [&](const Format& one) { return one.name == name; }) - all.begin());
}

/// The formats one item of a list stands for: a palette's, or the one of that name.
std::vector<std::string> formatsOf(std::string_view item) {
    if (const Palette* known = findPalette(item)) return known->formats;
    try {
        return {get(item).name};
    } catch (const Error& error) {
        throw Error(Kind::Input, error.sentence() + "; palettes are " + paletteNames());
    }
}

}  // namespace

std::span<const Palette> palettes() {
    static const std::vector<Palette> all = everyPalette();
    return all;
}

Palette palette(std::string_view name) {
    if (const Palette* known = findPalette(trimmed(name))) return *known;
    std::vector<std::string> chosen;
    for (const std::string_view item : itemsOf(name))
        for (std::string& format : formatsOf(item))
            chosen.push_back(std::move(format));
    std::sort(chosen.begin(), chosen.end(), [](const std::string& a, const std::string& b) {
        return std::tuple(get(a).bytes(4096, 4096), place(a), a) < std::tuple(get(b).bytes(4096, 4096), place(b), b);
    });
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    Palette result{"", "chosen by hand", std::move(chosen)};
    for (const std::string& format : result.formats)
        result.name += (result.name.empty() ? "" : ",") + format;
    return result;
}

}  // namespace dq::format

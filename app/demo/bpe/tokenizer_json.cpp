#include <string>

#include "app/demo/bpe/bpe.hpp"
#include "app/demo/story/story.hpp"
#include "core/json/json.hpp"

namespace dq::demo {

namespace {
using json::Json;

void appendUtf8(std::string& text, unsigned codePoint) {  // below U+0800: all that is needed here
    if (codePoint < 0x80) {
        text += static_cast<char>(codePoint);
        return;
    }
    text += static_cast<char>(0xc0 | (codePoint >> 6));
    text += static_cast<char>(0x80 | (codePoint & 0x3f));
}

bool isPrintable(unsigned byte) {
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

/// GPT-2's byte alphabet: printable Latin-1 stands for itself, the other bytes for U+0100, U+0101, ... in
/// order.
std::string visible(const std::string& bytes) {
    std::string text;
    for (const char c : bytes) {
        const unsigned byte = static_cast<unsigned char>(c);
        unsigned codePoint = byte;
        if (!isPrintable(byte)) {
            codePoint = 0x100;
            for (unsigned before = 0; before < byte; ++before)
                codePoint += isPrintable(before) ? 0 : 1;
        }
        appendUtf8(text, codePoint);
    }
    return text;
}

Json byteLevel(bool prefixSpace, bool trimOffsets) {
    return {{"type", "ByteLevel"},
            {"add_prefix_space", prefixSpace},
            {"trim_offsets", trimOffsets},
            {"use_regex", true}};
}

Json special(int type) {
    return {{"SpecialToken", {{"id", kSeparator}, {"type_id", type}}}};
}

Json sequence(const char* name, int type) {
    return {{"Sequence", {{"id", name}, {"type_id", type}}}};
}

Json postProcessor(std::int32_t endOfText) {
    Json one;
    one["type"] = "TemplateProcessing";
    one["single"] = Json::array({special(0), sequence("A", 0)});
    one["pair"] = Json::array({special(0), sequence("A", 0), special(1), sequence("B", 1)});
    one["special_tokens"][std::string(kSeparator)] = {
        {"id", kSeparator}, {"ids", Json::array({endOfText})}, {"tokens", Json::array({kSeparator})}};
    return {{"type", "Sequence"}, {"processors", Json::array({byteLevel(true, false), one})}};
}

Json model(const Bpe& bpe) {
    Json vocabulary = Json::object();
    for (std::int32_t id = 0; id < bpe.endOfText(); ++id)
        vocabulary[visible(bpe.bytesOf(id))] = id;
    vocabulary[std::string(kSeparator)] = bpe.endOfText();
    Json merges = Json::array();
    for (const auto& [left, right] : bpe.merges())
        merges.push_back(visible(bpe.bytesOf(left)) + " " + visible(bpe.bytesOf(right)));
    Json bpeModel;
    bpeModel["type"] = "BPE";
    for (const char* key : {"dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"})
        bpeModel[key] = nullptr;
    bpeModel["fuse_unk"] = false;
    bpeModel["byte_fallback"] = false;
    bpeModel["vocab"] = std::move(vocabulary);
    bpeModel["merges"] = std::move(merges);
    return bpeModel;
}
}  // namespace

std::string tokenizerJson(const Bpe& bpe) {
    Json root;
    root["version"] = "1.0";
    root["truncation"] = nullptr;
    root["padding"] = nullptr;
    root["added_tokens"] = Json::array({{{"id", bpe.endOfText()},
                                         {"content", kSeparator},
                                         {"single_word", false},
                                         {"lstrip", false},
                                         {"rstrip", false},
                                         {"normalized", false},
                                         {"special", true}}});
    root["normalizer"] = nullptr;
    root["pre_tokenizer"] = byteLevel(false, true);
    root["post_processor"] = postProcessor(bpe.endOfText());
    root["decoder"] = byteLevel(true, true);
    root["model"] = model(bpe);
    return root.dump(1) + "\n";
}

}  // namespace dq::demo

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json.hpp"

namespace dq::text {

/// "decoder" of tokenizer.json: Sequence, ByteLevel, ByteFallback, Fuse, Replace, Strip, Metaspace. One we do not know is refused
/// when something is decoded, not before: measuring needs no decoder.
class Decoder {
public:
    static Decoder read(const json::Json* description, std::string_view source);  // null: tokens joined with spaces

    std::string decode(std::vector<std::string> tokens) const;

private:
    using Step = std::function<std::vector<std::string>(std::vector<std::string>)>;
    void add(const json::Json& description, std::string_view source);

    std::vector<Step> steps_;
    bool joinWithSpaces_ = false;
    std::string refusal_;
};

}  // namespace dq::text

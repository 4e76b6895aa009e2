#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/json/json.hpp"

namespace dq::text {

/// "post_processor" of tokenizer.json as far as it concerns one text: the special tokens before and behind it.
/// TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel (which moves offsets only) and Sequence of these; others are
/// refused by name.
struct Template {
    std::vector<std::int32_t> before, after;

    static Template read(const json::Json* description, std::string_view source);  // null: none
};

}  // namespace dq::text

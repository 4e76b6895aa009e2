#pragma once

#include <functional>
#include <string_view>

#include "core/json/json.hpp"
#include "core/text/pre_tokenizer.hpp"

namespace dq::text {

/// The pre-tokenizer Metaspace: spaces become a visible mark, one may be put in front, and each mark may start a piece.
std::function<void(Pieces&)> readMetaspace(const json::Json& description, std::string_view source);

}  // namespace dq::text

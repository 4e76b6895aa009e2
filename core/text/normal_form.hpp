#pragma once

#include <string>
#include <string_view>

namespace dq::text {

/// Unicode's normal forms, by utf8proc.
enum class NormalForm { NFC, NFD, NFKC, NFKD };

/// Text in this form; takes valid UTF-8. Stretches that no form touches are copied, so that ASCII costs next to nothing.
std::string normalized(std::string_view text, NormalForm form);

}  // namespace dq::text

#pragma once

#include <string>
#include <string_view>

namespace dq::report {

/// For XML: what has a meaning there is escaped; control characters and broken UTF-8 become U+FFFD.
std::string escaped(std::string_view text);

/// A generous guess at a text's width in a font of that size: those of wide sans-serif fonts fit into it.
double widthOf(std::string_view text, double size);

}  // namespace dq::report

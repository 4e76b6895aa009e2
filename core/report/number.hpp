#pragma once

#include <string>

namespace dq::report {

// Written the same under every locale: a decimal comma would break SVG, CSV and JSON alike.
std::string shortest(double value);  // as few digits as read back to the same number
std::string fixed(double value, int decimals);

}  // namespace dq::report

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dq {

using Bytes = std::int64_t;

constexpr Bytes operator""_KiB(unsigned long long n) { return static_cast<Bytes>(n) << 10; }
constexpr Bytes operator""_MiB(unsigned long long n) { return static_cast<Bytes>(n) << 20; }
constexpr Bytes operator""_GiB(unsigned long long n) { return static_cast<Bytes>(n) << 30; }

/// Reads "1.5GiB", "700 MB", "123456" (plain bytes). KiB, MiB, GiB, TiB are powers of 1024; kB, MB, GB, TB of 1000.
/// Throws Error(Input) naming the text.
Bytes parseBytes(std::string_view text);

/// Three significant digits with a binary unit: "6.20 GiB", "418 KiB", "12 B".
std::string showBytes(Bytes bytes);

/// Three significant digits, never an exponent between 1e-3 and 1e6: "0.0125", "3.1e-05", "4.00".
std::string showNumber(double value, int significant = 3);

/// a*b; throws Error(Corrupt) naming `what` where the product does not fit 63 bits or a factor is negative.
std::int64_t checkedProduct(std::int64_t a, std::int64_t b, std::string_view what);

}  // namespace dq

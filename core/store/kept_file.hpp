#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/base/error.hpp"

/// What the files beside a table have in common: a word that says what they are, texts and numbers, one array, and 32 hexadecimal
/// digits of XXH3-128 over all of it. In this machine's byte order.
namespace dq::store::kept {

/// The file of a matrix in a folder: named after the XXH3-128 of the matrix's name.
std::filesystem::path fileOf(const std::filesystem::path& folder, const std::string& matrix, const char* ending);

void put(std::string& head, std::uint64_t number);
void put(std::string& head, std::string_view text);

/// Creates the folder; the file is there whole or not at all.
void write(const std::filesystem::path& file, const std::string& head, std::span<const std::byte> array);

/// A file's parts, each checked against what is left of it. Throws Error(Corrupt) naming the file.
class In {
public:
    In(std::span<const std::byte> bytes, std::string source);

    void word(std::string_view magic, const char* what);  // the file is no `what` without it
    std::uint64_t number();
    std::string text();
    std::span<const std::byte> take(std::uint64_t size);
    void end() const;  // nothing but the right checksum is left

    Error corrupt(const std::string& sentence) const { return {Kind::Corrupt, source_ + ": " + sentence}; }

private:
    std::span<const std::byte> all_, rest_;
    std::string source_;
};

}  // namespace dq::store::kept

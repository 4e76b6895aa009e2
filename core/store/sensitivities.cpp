#include "core/store/sensitivities.hpp"

#include <cassert>
#include <cstring>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/store/kept_file.hpp"

namespace dq::store {

namespace {

constexpr std::string_view magic = "DQSENS01";

}  // namespace

Sensitivities::Sensitivities(std::filesystem::path folder, std::string key) : folder_(std::move(folder)), key_(std::move(key)) {}

std::filesystem::path Sensitivities::fileOf(const std::string& matrix) const {
    return kept::fileOf(folder_, matrix, ".sensitivities");
}

bool Sensitivities::has(const std::string& matrix) const {
    std::error_code fault;
    return std::filesystem::is_regular_file(fileOf(matrix), fault);
}

void Sensitivities::keep(const std::string& matrix, std::int64_t rows, std::int64_t cols, std::span<const std::uint8_t> codes) const {
    assert(std::ssize(codes) == rows * cols);
    std::string head(magic);
    kept::put(head, key_);
    kept::put(head, matrix);
    kept::put(head, static_cast<std::uint64_t>(rows));
    kept::put(head, static_cast<std::uint64_t>(cols));
    kept::write(fileOf(matrix), head, std::as_bytes(codes));
}

std::vector<std::uint8_t> Sensitivities::read(const std::string& matrix, std::int64_t rows, std::int64_t cols) const {
    const std::filesystem::path path = fileOf(matrix);
    if (!has(matrix))
        throw Error(Kind::Input, "matrix " + matrix + ": the sensitivities of its weights are not at " + path.string() +
                                     ": measure the model again with formats that need them, and make the recipe anew");
    const MappedFile file(path);
    kept::In in(file.bytes(), path.string());
    in.word(magic, "file of sensitivities");
    const std::string key = in.text(), name = in.text();
    const std::uint64_t foundRows = in.number(), foundCols = in.number();
    if (key != key_ || name != matrix)
        throw in.corrupt("belongs to matrix " + name + " of table " + key + ", not to " + matrix + " of " + key_);
    if (foundRows != static_cast<std::uint64_t>(rows) || foundCols != static_cast<std::uint64_t>(cols))
        throw in.corrupt("is of a matrix [" + std::to_string(foundRows) + ", " + std::to_string(foundCols) + "]; " + matrix + " is [" +
                         std::to_string(rows) + ", " + std::to_string(cols) + "]");
    const auto bytes = in.take(static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols));
    in.end();
    std::vector<std::uint8_t> codes(bytes.size());
    if (!codes.empty()) std::memcpy(codes.data(), bytes.data(), bytes.size());
    return codes;
}

}  // namespace dq::store

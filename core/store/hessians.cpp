#include "core/store/hessians.hpp"

#include <cstring>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/mapped_file.hpp"
#include "core/store/kept_file.hpp"

namespace dq::store {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "DQHESS01";
constexpr std::int64_t mostColumns = std::int64_t{1} << 18;

std::vector<float> triangleOf(std::span<const float> square, std::int64_t cols) {
    const auto n = static_cast<std::size_t>(cols);
    std::vector<float> triangle;
    triangle.reserve(square.empty() ? 0 : n * (n + 1) / 2);
    for (std::size_t i = 0; !square.empty() && i < n; ++i)
        triangle.insert(triangle.end(), square.begin() + static_cast<std::ptrdiff_t>(i * n),
                        square.begin() + static_cast<std::ptrdiff_t>(i * n + i + 1));
    return triangle;
}

std::vector<float> squareOf(std::span<const std::byte> triangle, std::int64_t cols) {
    const auto n = static_cast<std::size_t>(cols);
    std::vector<float> square(n * n);
    for (std::size_t i = 0; i < n; ++i)
        std::memcpy(square.data() + i * n, triangle.data() + i * (i + 1) / 2 * sizeof(float), (i + 1) * sizeof(float));
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i + 1; j < n; ++j)
            square[i * n + j] = square[j * n + i];
    return square;
}

struct Found {
    std::string key, matrix, input;
    std::int64_t cols = 0;
    std::span<const std::byte> triangle;
};

Found foundIn(std::span<const std::byte> bytes, const std::string& source) {
    kept::In in(bytes, source);
    in.word(magic, "Hessian of a measurement");
    Found found{in.text(), in.text(), in.text(), 0, {}};
    const std::uint64_t cols = in.number(), numbers = in.number();
    if (cols < 1 || cols > static_cast<std::uint64_t>(mostColumns))
        throw in.corrupt("has " + std::to_string(cols) + " columns; 1 to " + std::to_string(mostColumns) + " are allowed");
    if (numbers != 0 && numbers != cols * (cols + 1) / 2)
        throw in.corrupt("has " + std::to_string(numbers) + " numbers, which is no triangle of " + std::to_string(cols) + " columns");
    found.cols = static_cast<std::int64_t>(cols);
    found.triangle = in.take(numbers * sizeof(float));
    in.end();
    return found;
}

}  // namespace

Hessians::Hessians(fs::path folder, std::string key) : folder_(std::move(folder)), key_(std::move(key)) {}

fs::path Hessians::fileOf(const std::string& matrix) const {
    return kept::fileOf(folder_, matrix, ".hessian");
}

bool Hessians::has(const std::string& matrix) const {
    std::error_code fault;
    return fs::is_regular_file(fileOf(matrix), fault);
}

void Hessians::keep(const std::string& matrix, const std::string& input, std::int64_t cols, std::span<const float> hessian) const {
    const std::vector<float> triangle = triangleOf(hessian, cols);
    std::string head(magic);
    for (const std::string& text : {key_, matrix, input})
        kept::put(head, text);
    kept::put(head, static_cast<std::uint64_t>(cols));
    kept::put(head, triangle.size());
    kept::write(fileOf(matrix), head, std::as_bytes(std::span(triangle)));
}

measure::Hessian Hessians::read(const std::string& matrix, const std::function<bool(const std::string&)>& known) const {
    std::string wanted = matrix;
    for (int step = 0; step < 2; ++step) {
        const fs::path path = fileOf(wanted);
        if (!has(wanted))
            throw Error(Kind::Input, "matrix " + matrix + ": the Hessian of its input is not at " + path.string() +
                                         ": measure the model again with formats that need it, and make the recipe anew");
        const MappedFile file(path);
        const Found found = foundIn(file.bytes(), path.string());
        if (found.key != key_ || found.matrix != wanted)
            throw Error(Kind::Corrupt, path.string() + ": belongs to matrix " + found.matrix + " of table " + found.key + ", not to " +
                                           wanted + " of " + key_);
        if (found.input == wanted) {
            const bool skipped = found.triangle.empty() || known(found.input);
            return {found.input, found.cols, skipped ? std::vector<float>() : squareOf(found.triangle, found.cols)};
        }
        wanted = found.input;
    }
    throw Error(Kind::Corrupt, "matrix " + matrix + ": its Hessian is said to be that of " + wanted + ", which is said to be another's");
}

}  // namespace dq::store

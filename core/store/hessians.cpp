#include "core/store/hessians.hpp"

#include <cstring>
#include <utility>
#include <vector>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"
#include "core/base/mapped_file.hpp"

namespace dq::store {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "DQHESS01";
constexpr std::uint64_t longestText = 65536;
constexpr std::int64_t mostColumns = std::int64_t{1} << 18;
constexpr std::size_t checksumLength = 32;

void put(std::string& out, std::uint64_t number) {
    out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put(std::string& out, std::string_view text) {
    put(out, text.size());
    out.append(text);
}

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

/// A file's parts, each checked against what is left of it.
class In {
public:
    In(std::span<const std::byte> bytes, std::string source) : rest_(bytes), source_(std::move(source)) {}

    Error corrupt(const std::string& sentence) const { return {Kind::Corrupt, source_ + ": " + sentence}; }
    std::span<const std::byte> take(std::uint64_t size) {
        if (size > rest_.size()) throw corrupt("ends " + std::to_string(size - rest_.size()) + " bytes too early");
        const auto taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }
    std::string text() {
        const std::uint64_t size = number();
        if (size > longestText) throw corrupt("holds a name of " + std::to_string(size) + " bytes");
        const auto bytes = take(size);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    std::span<const std::byte> rest() const { return rest_; }

private:
    std::span<const std::byte> rest_;
    std::string source_;
};

struct Found {
    std::string key, matrix, input;
    std::int64_t cols = 0;
    std::span<const std::byte> triangle;
};

Found foundIn(std::span<const std::byte> bytes, const std::string& source) {
    In in(bytes, source);
    const auto first = in.take(magic.size());
    if (std::memcmp(first.data(), magic.data(), magic.size()) != 0) throw in.corrupt("is no Hessian of a measurement");
    Found found{in.text(), in.text(), in.text(), 0, {}};
    const std::uint64_t cols = in.number(), numbers = in.number();
    if (cols < 1 || cols > static_cast<std::uint64_t>(mostColumns))
        throw in.corrupt("has " + std::to_string(cols) + " columns; 1 to " + std::to_string(mostColumns) + " are allowed");
    if (numbers != 0 && numbers != cols * (cols + 1) / 2)
        throw in.corrupt("has " + std::to_string(numbers) + " numbers, which is no triangle of " + std::to_string(cols) + " columns");
    found.cols = static_cast<std::int64_t>(cols);
    found.triangle = in.take(numbers * sizeof(float));
    if (in.rest().size() != checksumLength) throw in.corrupt("does not end where its numbers do");
    Fingerprint sum;
    sum.add(bytes.first(bytes.size() - checksumLength));
    if (std::memcmp(sum.hex().data(), in.rest().data(), checksumLength) != 0) throw in.corrupt("is damaged: its checksum is another one");
    return found;
}

}  // namespace

Hessians::Hessians(fs::path folder, std::string key) : folder_(std::move(folder)), key_(std::move(key)) {}

fs::path Hessians::fileOf(const std::string& matrix) const {
    Fingerprint name;
    name.add(std::string_view(matrix));
    return folder_ / (name.hex() + ".hessian");
}

bool Hessians::has(const std::string& matrix) const {
    std::error_code fault;
    return fs::is_regular_file(fileOf(matrix), fault);
}

void Hessians::keep(const std::string& matrix, const std::string& input, std::int64_t cols, std::span<const float> hessian) const {
    std::error_code fault;
    fs::create_directories(folder_, fault);
    if (fault) throw Error(Kind::Io, folder_.string() + ": cannot create the folder of Hessians: " + fault.message());
    const std::vector<float> triangle = triangleOf(hessian, cols);
    std::string head(magic);
    for (const std::string& text : {key_, matrix, input})
        put(head, text);
    put(head, static_cast<std::uint64_t>(cols));
    put(head, triangle.size());
    Fingerprint sum;
    sum.add(std::as_bytes(std::span(head.data(), head.size())));
    sum.add(std::as_bytes(std::span(triangle)));
    AtomicFile file(fileOf(matrix));
    file.write(head);
    file.write(std::as_bytes(std::span(triangle)));
    file.write(sum.hex());
    file.commit();
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

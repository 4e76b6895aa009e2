#include "core/store/part_file.hpp"

#include <cstring>

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/fingerprint.hpp"
#include "core/base/mapped_file.hpp"

namespace dq::store {

namespace {

using measure::MatrixRow;

constexpr std::string_view magic = "DQPART04";
constexpr std::size_t checksumLength = 32;

std::string checksumOf(std::span<const std::byte> bytes) {
    Fingerprint sum;
    sum.add(bytes);
    return sum.hex();
}

std::string_view asText(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> asBytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// Values one after another, in this machine's byte order: parts never leave it.
class Out {
public:
    template <class T>
    void value(T one) {
        text_.append(reinterpret_cast<const char*>(&one), sizeof one);
    }
    template <class T>
    void array(const std::vector<T>& values) {
        value(static_cast<std::uint64_t>(values.size()));
        text_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    }
    void text(std::string_view text) {
        value(static_cast<std::uint64_t>(text.size()));
        text_.append(text);
    }
    std::string taken() { return std::move(text_); }

private:
    std::string text_;
};

class In {
public:
    In(std::string_view bytes, std::string_view source) : rest_(bytes), source_(source) {}

    std::string_view take(std::size_t size) {
        if (size > rest_.size())
            throw Error(Kind::Corrupt, std::string(source_) + ": ends " +
                                           std::to_string(size - rest_.size()) + " bytes too early");
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    template <class T>
    T value() {
        T one;
        std::memcpy(&one, take(sizeof one).data(), sizeof one);
        return one;
    }
    template <class T>
    std::vector<T> array() {
        const auto count = value<std::uint64_t>();
        if (count > rest_.size() / sizeof(T)) take(SIZE_MAX);
        std::vector<T> values(count);
        const std::string_view bytes = take(count * sizeof(T));
        if (count > 0) std::memcpy(values.data(), bytes.data(), bytes.size());
        return values;
    }
    std::string text() { return std::string(take(value<std::uint64_t>())); }
    bool atEnd() const { return rest_.empty(); }

private:
    std::string_view rest_;
    std::string_view source_;
};

void put(Out& out, const MatrixRow& row) {
    out.text(row.name);
    out.text(row.role);
    out.value(static_cast<std::int64_t>(row.block));
    out.value(row.rows);
    out.value(row.cols);
    for (const double number : {row.squared, row.kurtosis, row.outlierRatio, row.largest, row.fisherTrace})
        out.value(number);
    out.value(row.tokens);
    out.value(row.notFinite);
    out.array(row.inputMoment);
    out.array(row.bytes);
    out.array(row.errors);
    out.array(row.peers);
    out.value(row.peer);
}

MatrixRow rowFrom(In& in) {
    MatrixRow row;
    row.name = in.text();
    row.role = in.text();
    row.block = static_cast<int>(in.value<std::int64_t>());
    row.rows = in.value<std::int64_t>();
    row.cols = in.value<std::int64_t>();
    for (double* number : {&row.squared, &row.kurtosis, &row.outlierRatio, &row.largest, &row.fisherTrace})
        *number = in.value<double>();
    row.tokens = in.value<std::int64_t>();
    row.notFinite = in.value<std::int64_t>();
    row.inputMoment = in.array<float>();
    row.bytes = in.array<Bytes>();
    row.errors = in.array<kernels::ErrorSums>();
    row.peers = in.array<measure::PeerSums>();
    row.peer = in.value<measure::PeerNumbers>();
    return row;
}

/// The bytes in front of a checksum that matches them; empty where it does not.
std::string_view checkedBody(std::string_view whole) {
    if (whole.size() < checksumLength) return {};
    const std::string_view body = whole.substr(0, whole.size() - checksumLength);
    return checksumOf(asBytes(body)) == whole.substr(body.size()) ? body : std::string_view();
}

}  // namespace

std::string partBytes(const Part& part) {
    Out out;
    for (const char letter : magic)
        out.value(letter);
    out.text(part.key);
    out.text(part.unit);
    out.value(part.loss);
    out.value(part.boundary);
    out.value(static_cast<std::uint64_t>(part.rows.size()));
    for (const MatrixRow& row : part.rows)
        put(out, row);
    std::string body = out.taken();
    return body + checksumOf(asBytes(body));
}

Part partOf(std::string_view bytes, std::string_view source) {
    const std::string_view body = checkedBody(bytes);
    if (!body.starts_with(magic))
        throw Error(Kind::Corrupt, std::string(source) + ": is damaged, or no part of a measurement");
    In in(body.substr(magic.size()), source);
    Part part;
    part.key = in.text();
    part.unit = in.text();
    part.loss = in.value<double>();
    part.boundary = in.value<std::int64_t>();
    for (auto left = in.value<std::uint64_t>(); left > 0; --left)
        part.rows.push_back(rowFrom(in));
    if (!in.atEnd() || part.boundary < 0)
        throw Error(Kind::Corrupt, std::string(source) + ": holds more than its unit");
    return part;
}

void writeBoundary(const std::filesystem::path& path, std::span<const float> values) {
    AtomicFile file(path);
    file.write(std::as_bytes(values));
    file.write(checksumOf(std::as_bytes(values)));
    file.commit();
}

bool boundaryIsWhole(const std::filesystem::path& path, std::int64_t count) {
    std::error_code fault;
    if (!std::filesystem::is_regular_file(path, fault)) return false;
    const MappedFile file(path);
    return file.bytes().size() == static_cast<std::size_t>(count) * sizeof(float) + checksumLength &&
           checkedBody(asText(file.bytes())).size() == static_cast<std::size_t>(count) * sizeof(float);
}

std::vector<float> readBoundary(const std::filesystem::path& path, std::int64_t count) {
    if (!boundaryIsWhole(path, count)) throw Error(Kind::Corrupt, path.string() + ": is damaged");
    std::vector<float> values(static_cast<std::size_t>(count));
    const MappedFile file(path);
    std::memcpy(values.data(), file.bytes().data(), values.size() * sizeof(float));
    return values;
}

}  // namespace dq::store

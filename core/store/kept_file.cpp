#include "core/store/kept_file.hpp"

#include <cstring>
#include <system_error>
#include <utility>

#include "core/base/atomic_file.hpp"
#include "core/base/fingerprint.hpp"

namespace dq::store::kept {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t longestText = 65536;
constexpr std::size_t checksumLength = 32;

}  // namespace

fs::path fileOf(const fs::path& folder, const std::string& matrix, const char* ending) {
    Fingerprint name;
    name.add(std::string_view(matrix));
    return folder / (name.hex() + ending);
}

void put(std::string& head, std::uint64_t number) {
    head.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put(std::string& head, std::string_view text) {
    put(head, text.size());
    head.append(text);
}

void write(const fs::path& path, const std::string& head, std::span<const std::byte> array) {
    std::error_code fault;
    fs::create_directories(path.parent_path(), fault);
    if (fault) throw Error(Kind::Io, path.parent_path().string() + ": cannot create the folder: " + fault.message());
    Fingerprint sum;
    sum.add(std::as_bytes(std::span(head.data(), head.size())));
    sum.add(array);
    AtomicFile file(path);
    file.write(head);
    file.write(array);
    file.write(sum.hex());
    file.commit();
}

In::In(std::span<const std::byte> bytes, std::string source) : all_(bytes), rest_(bytes), source_(std::move(source)) {}

void In::word(std::string_view magic, const char* what) {
    if (std::memcmp(take(magic.size()).data(), magic.data(), magic.size()) != 0) throw corrupt(std::string("is no ") + what);
}

std::span<const std::byte> In::take(std::uint64_t size) {
    if (size > rest_.size()) throw corrupt("ends " + std::to_string(size - rest_.size()) + " bytes too early");
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
}

std::uint64_t In::number() {
    std::uint64_t value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
}

std::string In::text() {
    const std::uint64_t size = number();
    if (size > longestText) throw corrupt("holds a name of " + std::to_string(size) + " bytes");
    const auto bytes = take(size);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void In::end() const {
    if (rest_.size() != checksumLength) throw corrupt("does not end where its numbers do");
    Fingerprint sum;
    sum.add(all_.first(all_.size() - checksumLength));
    if (std::memcmp(sum.hex().data(), rest_.data(), checksumLength) != 0) throw corrupt("is damaged: its checksum is another one");
}

}  // namespace dq::store::kept

#include "core/export/safetensors_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "core/base/error.hpp"
#include "core/base/file_bytes.hpp"
#include "core/json/json.hpp"

namespace dq::exporting {

namespace {

Error refusal(const std::string& path, const char* step, int reason) {
    return {Kind::Io, path + ": cannot " + step + ": " + std::strerror(reason)};
}

void sortForFile(std::vector<StoredTensor>& tensors) {
    std::stable_sort(tensors.begin(), tensors.end(), [](const StoredTensor& a, const StoredTensor& b) {
        return elementSize(a.dtype) > elementSize(b.dtype);
    });
}

std::string headerOf(const std::vector<StoredTensor>& tensors,
                     const std::map<std::string, std::string>& metadata) {
    json::Json header = json::Json::object();
    header["__metadata__"] = metadata;
    Bytes end = 0;
    for (const StoredTensor& tensor : tensors) {
        const Bytes begin = end;
        end += tensor.bytes();
        header[tensor.name] = {{"dtype", std::string(dtypeName(tensor.dtype))},
                               {"shape", tensor.shape},
                               {"data_offsets", {begin, end}}};
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    return text;
}

std::string littleEndian(std::uint64_t value) {
    std::string bytes;
    for (int i = 0; i < 8; ++i)
        bytes += static_cast<char>((value >> (8 * i)) & 0xff);
    return bytes;
}

/// The header behind its length.
std::string frontOf(const std::vector<StoredTensor>& tensors, const std::map<std::string, std::string>& metadata) {
    const std::string header = headerOf(tensors, metadata);
    return littleEndian(header.size()) + header;
}

}  // namespace

std::string safetensorsFront(std::vector<StoredTensor> tensors, const std::map<std::string, std::string>& metadata) {
    sortForFile(tensors);
    return frontOf(tensors, metadata);
}

Bytes safetensorsBytes(std::vector<StoredTensor> tensors, const std::map<std::string, std::string>& metadata) {
    sortForFile(tensors);
    Bytes sum = std::ssize(frontOf(tensors, metadata));
    for (const StoredTensor& tensor : tensors)
        sum += tensor.bytes();
    return sum;
}

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& file, std::string shownAs,
                                     std::vector<StoredTensor> tensors,
                                     const std::map<std::string, std::string>& metadata)
    : shownAs_(std::move(shownAs)) {
    sortForFile(tensors);
    file_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file_ < 0) throw refusal(shownAs_, "create", errno);
    try {
        const Bytes size = writeHeader(tensors, metadata);
        // A disk that is too small says so now, not after hours of packing.
        reserveBytes(file_, shownAs_, size);
    } catch (...) {
        ::close(file_);
        throw;
    }
}

SafetensorsWriter::~SafetensorsWriter() {
    if (file_ >= 0) ::close(file_);
}

Bytes SafetensorsWriter::writeHeader(const std::vector<StoredTensor>& tensors,
                                     const std::map<std::string, std::string>& metadata) {
    const std::string front = frontOf(tensors, metadata);
    writeAt(file_, shownAs_, 0, std::as_bytes(std::span(front.data(), front.size())));
    auto offset = static_cast<Bytes>(front.size());
    for (const StoredTensor& tensor : tensors) {
        Place& place = places_[tensor.name];
        place.offset = offset;
        place.size = tensor.bytes();
        offset += tensor.bytes();
    }
    return offset;
}

void SafetensorsWriter::put(std::string_view tensor, std::span<const std::byte> bytes, Bytes at) {
    const auto place = places_.find(tensor);
    assert(place != places_.end() && at + std::ssize(bytes) <= place->second.size);
    writeAt(file_, shownAs_, place->second.offset + at, bytes);
    place->second.digest.add(at, bytes);
}

WrittenDigests SafetensorsWriter::digests() const {
    WrittenDigests all;
    for (const auto& [tensor, place] : places_) all.add(tensor, place.digest.digest());
    return all;
}

void SafetensorsWriter::startWriting(std::string_view tensor) const {
    const Place& place = places_.find(tensor)->second;
    dq::startWriting(file_, place.offset, place.size);
}

void SafetensorsWriter::close() {
    const int failed = ::close(file_);
    file_ = -1;
    if (failed) throw refusal(shownAs_, "write", errno);
}

}  // namespace dq::exporting

#include "core/export/safetensors_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "core/base/error.hpp"
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
        if (const int reason = ::posix_fallocate(file_, 0, std::max<Bytes>(1, size)))
            throw refusal(shownAs_, "reserve its space", reason);
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
    writeAt(0, std::as_bytes(std::span(front.data(), front.size())));
    auto offset = static_cast<Bytes>(front.size());
    for (const StoredTensor& tensor : tensors) {
        places_[tensor.name] = {offset, tensor.bytes()};
        offset += tensor.bytes();
    }
    return offset;
}

void SafetensorsWriter::writeAt(Bytes offset, std::span<const std::byte> bytes) const {
    while (!bytes.empty()) {
        const ssize_t count = ::pwrite(file_, bytes.data(), bytes.size(), offset);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw refusal(shownAs_, "write", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        offset += count;
    }
}

void SafetensorsWriter::put(std::string_view tensor, std::span<const std::byte> bytes) {
    const auto place = places_.find(tensor);
    assert(place != places_.end() && place->second.size == std::ssize(bytes));
    writeAt(place->second.offset, bytes);
    digests_.add(place->first, bytes);
}

void SafetensorsWriter::close() {
    const int failed = ::close(file_);
    file_ = -1;
    if (failed) throw refusal(shownAs_, "write", errno);
}

}  // namespace dq::exporting

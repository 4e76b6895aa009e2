#include <algorithm>
#include <cstring>
#include <set>

#include "core/base/error.hpp"
#include "core/checkpoint/gguf/container.hpp"
#include "core/json/json.hpp"

namespace dq::checkpoint::gguf {

namespace {

constexpr std::uint64_t mostEntries = 1 << 20;

/// Reads forward through the mapped bytes; every step is checked against the end.
struct In {
    std::span<const std::byte> bytes;
    std::string where;
    std::size_t at = 0;

    Error corrupt(const std::string& sentence) const {
        return {dq::Kind::Corrupt, where + ": at byte " + std::to_string(at) + ": " + sentence};
    }
    std::span<const std::byte> take(std::uint64_t count, const char* what) {
        if (count > bytes.size() - at)
            throw corrupt("the file ends inside " + std::string(what) + " of " + std::to_string(count) + " bytes");
        const auto part = bytes.subspan(at, static_cast<std::size_t>(count));
        at += static_cast<std::size_t>(count);
        return part;
    }
    template <class T>
    T number() {
        T value;
        std::memcpy(&value, take(sizeof value, "a number").data(), sizeof value);
        return value;
    }
    std::string text() {
        const auto raw = take(number<std::uint64_t>(), "a text");
        return {reinterpret_cast<const char*>(raw.data()), raw.size()};
    }
    std::uint64_t count(const char* what, std::uint64_t most) {
        const auto value = number<std::uint64_t>();
        if (value > most)
            throw corrupt("it claims " + std::to_string(value) + " " + what + ", more than its size allows");
        return value;
    }
};

std::size_t scalarBytes(std::uint32_t kind) {
    switch (kind) {
        case 0: case 1: case 7: return 1;
        case 2: case 3: return 2;
        case 4: case 5: case 6: return 4;
        case 10: case 11: case 12: return 8;
        default: return 0;
    }
}

template <class T>
std::vector<T> numbers(In& in, std::uint64_t count) {
    const auto raw = in.take(count * sizeof(T), "an array");
    std::vector<T> values(static_cast<std::size_t>(count));
    if (!raw.empty()) std::memcpy(values.data(), raw.data(), raw.size());
    return values;
}

/// True where the value is one that Value holds.
bool readArray(In& in, Value& value) {
    const auto kind = in.number<std::uint32_t>();
    const std::uint64_t count = in.count("array elements", in.bytes.size());
    if (kind == 8) {
        std::vector<std::string> texts;
        for (std::uint64_t i = 0; i < count; ++i)
            texts.push_back(in.text());
        value = std::move(texts);
        return true;
    }
    if (kind == 5) return value = numbers<std::int32_t>(in, count), true;
    if (kind == 6) return value = numbers<float>(in, count), true;
    if (scalarBytes(kind) == 0) throw in.corrupt("an array of type " + std::to_string(kind));
    in.take(count * scalarBytes(kind), "an array");
    return false;
}

bool readValue(In& in, Value& value) {
    const auto kind = in.number<std::uint32_t>();
    switch (kind) {
        case 2: return value = in.number<std::uint16_t>(), true;
        case 4: return value = in.number<std::uint32_t>(), true;
        case 5: return value = in.number<std::int32_t>(), true;
        case 6: return value = in.number<float>(), true;
        case 7: return value = in.number<std::uint8_t>() != 0, true;
        case 8: return value = in.text(), true;
        case 9: return readArray(in, value);
        case 10: return value = in.number<std::uint64_t>(), true;
        default: break;
    }
    if (scalarBytes(kind) == 0) throw in.corrupt("a value of type " + std::to_string(kind));
    in.take(scalarBytes(kind), "a value");
    return false;
}

TensorInfo readInfo(In& in) {
    TensorInfo tensor;
    tensor.name = in.text();
    const auto dimensions = in.number<std::uint32_t>();
    if (dimensions > 4) throw in.corrupt("tensor " + json::excerpt(tensor.name) + " has " + std::to_string(dimensions) + " dimensions, at most 4 are allowed");
    for (std::uint32_t i = 0; i < dimensions; ++i) {
        tensor.extents.push_back(in.number<std::int64_t>());
        if (tensor.extents.back() < 0) throw in.corrupt("tensor " + json::excerpt(tensor.name) + " has a negative extent");
    }
    tensor.type = in.number<std::uint32_t>();
    return tensor;
}

}  // namespace

const Value* Read::find(std::string_view key) const {
    const auto found = std::find_if(header.entries.begin(), header.entries.end(), [key](const Entry& e) { return e.key == key; });
    return found == header.entries.end() ? nullptr : &found->value;
}

std::size_t Read::indexOf(std::string_view tensor) const {
    for (std::size_t i = 0; i < header.tensors.size(); ++i)
        if (header.tensors[i].name == tensor) return i;
    throw Error(Kind::Corrupt, "no tensor is called " + std::string(tensor));
}

namespace {

void readStart(In& in) {
    if (in.number<std::uint32_t>() != 0x46554747) throw in.corrupt("it does not begin with GGUF");
    const auto version = in.number<std::uint32_t>();
    if (version == 3u << 24) throw Error(Kind::Unsupported, in.where + ": is a big-endian GGUF file; little-endian ones are read");
    if (version != 3) throw Error(Kind::Unsupported, in.where + ": GGUF version " + std::to_string(version) + ", only 3 is known");
}

void readEntries(In& in, std::uint64_t count, Read& result) {
    std::set<std::string> keys;
    for (std::uint64_t i = 0; i < count; ++i) {
        Entry entry{.key = in.text(), .value = {}};
        if (!keys.insert(entry.key).second) throw in.corrupt("the key " + json::excerpt(entry.key) + " stands there twice");
        if (readValue(in, entry.value)) result.header.entries.push_back(std::move(entry));
    }
}

std::vector<std::uint64_t> readInfos(In& in, std::uint64_t count, Read& result) {
    std::vector<std::uint64_t> offsets;
    std::set<std::string> names;
    for (std::uint64_t i = 0; i < count; ++i) {
        result.header.tensors.push_back(readInfo(in));
        offsets.push_back(in.number<std::uint64_t>());
        const std::string& name = result.header.tensors.back().name;
        if (!names.insert(name).second) throw in.corrupt("two tensors are called " + json::excerpt(name));
    }
    return offsets;
}

std::size_t alignmentIn(const Read& found, const In& in) {
    const Value* const said = found.find("general.alignment");
    if (!said) return alignment;
    const auto* const number = std::get_if<std::uint32_t>(said);
    if (!number || *number < 8 || *number > 1 << 20 || (*number & (*number - 1)) != 0)
        throw in.corrupt("general.alignment must be a power of two from 8 to 1048576");
    return *number;
}

}  // namespace

Read read(const std::filesystem::path& path, Bytes (*sizeOf)(std::uint32_t, std::span<const std::int64_t>)) {
    Read result{.file = MappedFile(path), .header = {}, .data = {}};
    In in{.bytes = result.file.bytes(), .where = path.string()};
    readStart(in);
    const std::uint64_t tensors = in.count("tensors", mostEntries), entries = in.count("keys", mostEntries);
    readEntries(in, entries, result);
    const std::vector<std::uint64_t> offsets = readInfos(in, tensors, result);
    const std::size_t step = alignmentIn(result, in);
    in.at = (in.at + step - 1) / step * step;
    const std::size_t start = std::min(in.at, in.bytes.size());
    std::size_t expected = 0;
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        TensorInfo& tensor = result.header.tensors[i];
        const std::string what = "tensor " + json::excerpt(tensor.name);
        tensor.bytes = sizeOf(tensor.type, tensor.extents);
        if (tensor.bytes < 0)
            throw Error(Kind::Unsupported, in.where + ": " + what + " has ggml type " + std::to_string(tensor.type) +
                                               " with rows of " + std::to_string(tensor.extents.empty() ? 1 : tensor.extents.front()) +
                                               ", which is not known");
        if (offsets[i] != expected)
            throw in.corrupt(what + " lies at " + std::to_string(offsets[i]) + ", " + std::to_string(expected) + " was due");
        const auto size = static_cast<std::size_t>(tensor.bytes);
        if (expected > in.bytes.size() - start || size > in.bytes.size() - start - expected)
            throw in.corrupt(what + " of " + std::to_string(size) + " bytes reaches beyond the end of the file, which is cut short");
        result.data.push_back(in.bytes.subspan(start + expected, size));
        expected += (size + step - 1) / step * step;
    }
    return result;
}

}  // namespace dq::checkpoint::gguf

#include <cstring>

#include "core/checkpoint/gguf/container.hpp"

namespace dq::checkpoint::gguf {

namespace {

// The numbers of gguf.h.
enum Kind : std::uint32_t { U16 = 2, U32 = 4, I32 = 5, F32 = 6, Bool = 7, String = 8, Array = 9, U64 = 10 };

struct Out {
    std::string bytes;

    template <class T>
    void number(T value) {
        char raw[sizeof value];
        std::memcpy(raw, &value, sizeof value);
        bytes.append(raw, sizeof value);
    }
    void text(std::string_view value) {
        number(static_cast<std::uint64_t>(value.size()));
        bytes += value;
    }
    void kind(Kind kind) { number(static_cast<std::uint32_t>(kind)); }
    template <class T>
    void array(Kind element, const std::vector<T>& values, auto put) {
        kind(Array);
        kind(element);
        number(static_cast<std::uint64_t>(values.size()));
        for (const T& value : values)
            put(value);
    }

    void operator()(std::uint16_t value) { kind(U16), number(value); }
    void operator()(std::uint32_t value) { kind(U32), number(value); }
    void operator()(std::int32_t value) { kind(I32), number(value); }
    void operator()(float value) { kind(F32), number(value); }
    void operator()(bool value) { kind(Bool), number(static_cast<std::uint8_t>(value)); }
    void operator()(std::uint64_t value) { kind(U64), number(value); }
    void operator()(const std::string& value) { kind(String), text(value); }
    void operator()(const std::vector<std::string>& values) {
        array(String, values, [this](const std::string& one) { text(one); });
    }
    void operator()(const std::vector<std::int32_t>& values) {
        array(I32, values, [this](std::int32_t one) { number(one); });
    }
    void operator()(const std::vector<float>& values) {
        array(F32, values, [this](float one) { number(one); });
    }
};

}  // namespace

Bytes padded(Bytes bytes) {
    return (bytes + alignment - 1) / alignment * alignment;
}

std::string headerBytes(const Header& header) {
    Out out;
    out.bytes = "GGUF";
    out.number(std::uint32_t{3});
    out.number(static_cast<std::int64_t>(header.tensors.size()));
    out.number(static_cast<std::int64_t>(header.entries.size()));
    for (const Entry& entry : header.entries) {
        out.text(entry.key);
        std::visit(out, entry.value);
    }
    Bytes offset = 0;
    for (const TensorInfo& tensor : header.tensors) {
        out.text(tensor.name);
        out.number(static_cast<std::uint32_t>(tensor.extents.size()));
        for (const std::int64_t extent : tensor.extents)
            out.number(extent);
        out.number(tensor.type);
        out.number(static_cast<std::uint64_t>(offset));
        offset += padded(tensor.bytes);
    }
    out.bytes.resize(static_cast<std::size_t>(padded(std::ssize(out.bytes))), '\0');
    return std::move(out.bytes);
}

Bytes fileBytes(const Header& header) {
    Bytes sum = std::ssize(headerBytes(header));
    for (const TensorInfo& tensor : header.tensors)
        sum += padded(tensor.bytes);
    return sum;
}

}  // namespace dq::checkpoint::gguf

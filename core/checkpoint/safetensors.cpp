#include "core/checkpoint/safetensors.hpp"

#include <algorithm>
#include <tuple>

#include "core/base/error.hpp"
#include "core/json/json.hpp"

namespace dq::checkpoint {

namespace {

using json::Json;

constexpr std::uint64_t prefix = 8;
constexpr std::uint64_t largestHeader = 100'000'000;
constexpr std::size_t largestRank = 16;

Error corrupt(const std::string& where, const std::string& sentence) {
    return {Kind::Corrupt, where + ": " + sentence};
}

std::uint64_t headerLength(std::span<const std::byte> bytes, const std::string& path) {
    if (bytes.size() < prefix)
        throw corrupt(path, "holds " + std::to_string(bytes.size()) + " bytes; a safetensors file has 8 at least");
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < prefix; ++i) length |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    if (length > largestHeader)
        throw corrupt(path, "announces a header of " + std::to_string(length) + " bytes; at most " +
                                std::to_string(largestHeader) + " are read");
    if (length > bytes.size() - prefix)
        throw corrupt(path, "announces a header of " + std::to_string(length) + " bytes, but only " +
                                std::to_string(bytes.size() - prefix) + " follow: the file is cut short");
    return length;
}

void checkMetadata(const Json& metadata, const std::string& path) {
    if (!metadata.is_object()) throw corrupt(path, "__metadata__ must be an object, found " + json::shown(metadata));
    for (const auto& [key, value] : metadata.items())
        if (!value.is_string())
            throw corrupt(path, "__metadata__ \"" + json::excerpt(key) + "\" must be a text, found " + json::shown(value));
}

/// One entry of the header, not yet compared with its neighbours.
struct Entry {
    TensorView view;
    std::uint64_t begin = 0, end = 0;
};

std::uint64_t natural(const Json& value, const std::string& where, const char* what) {
    if (!value.is_number_unsigned())
        throw corrupt(where, std::string(what) + " must be whole numbers from 0, found " + json::shown(value));
    return value.get<std::uint64_t>();
}

DType dtypeIn(const Json& entry, const std::string& where) {
    const std::string name = json::text(entry, "dtype", where);
    const auto type = dtypeOf(name);
    if (!type)
        throw Error(Kind::Unsupported, where + ": the type \"" + json::excerpt(name) +
                                           "\" is unknown; whole-byte types such as F32, F16, BF16 and I8 are read");
    return *type;
}

std::vector<std::int64_t> shapeIn(const Json& entry, const std::string& where) {
    const Json& list = json::member(entry, "shape", where);
    if (!list.is_array() || list.size() > largestRank)
        throw corrupt(where, "shape must be a list of at most " + std::to_string(largestRank) + " numbers, found " +
                                 json::shown(list));
    std::vector<std::int64_t> shape;
    for (const Json& size : list) {
        const std::uint64_t number = natural(size, where, "sizes in shape");
        if (number > INT64_MAX) throw corrupt(where, "shape holds the impossible size " + std::to_string(number));
        shape.push_back(static_cast<std::int64_t>(number));
    }
    return shape;
}

std::uint64_t bytesOf(const TensorView& view, const std::string& where) {
    std::int64_t bytes = static_cast<std::int64_t>(elementSize(view.dtype));
    for (const std::int64_t size : view.shape) bytes = checkedProduct(bytes, size, where + ": shape");
    return static_cast<std::uint64_t>(bytes);
}

Entry readEntry(const std::string& name, const Json& json, std::span<const std::byte> data, const std::string& path,
                const std::string& file) {
    const std::string where = path + ": tensor " + json::excerpt(name);
    if (!json.is_object()) throw corrupt(where, "must be described by an object, found " + json::shown(json));
    Entry entry;
    entry.view = {name, dtypeIn(json, where), shapeIn(json, where), {}, file};
    const Json& offsets = json::member(json, "data_offsets", where);
    if (!offsets.is_array() || offsets.size() != 2)
        throw corrupt(where, "data_offsets must be two numbers, found " + json::shown(offsets));
    entry.begin = natural(offsets[0], where, "data_offsets");
    entry.end = natural(offsets[1], where, "data_offsets");
    if (entry.begin > entry.end)
        throw corrupt(where, "data_offsets end at " + std::to_string(entry.end) + " before they begin at " +
                                 std::to_string(entry.begin));
    if (entry.end > data.size())
        throw corrupt(where, "data_offsets reach byte " + std::to_string(entry.end) + ", but the file holds only " +
                                 std::to_string(data.size()) + " bytes of data");
    const std::uint64_t wanted = bytesOf(entry.view, where);
    if (wanted != entry.end - entry.begin)
        throw corrupt(where, "type and shape need " + std::to_string(wanted) + " bytes, data_offsets span " +
                                 std::to_string(entry.end - entry.begin));
    entry.view.bytes = data.subspan(entry.begin, entry.end - entry.begin);
    return entry;
}

/// The tensors must cover the data from its first to its last byte, each byte once.
void checkCover(std::span<const Entry> entries, std::uint64_t size, const std::string& path) {
    std::uint64_t covered = 0;
    for (const Entry& entry : entries) {
        const std::string where = path + ": tensor " + json::excerpt(entry.view.name);
        if (entry.begin < covered)
            throw corrupt(where, "begins at byte " + std::to_string(entry.begin) + " and overlaps the tensor that ends at " +
                                     std::to_string(covered));
        if (entry.begin > covered)
            throw corrupt(where, "begins at byte " + std::to_string(entry.begin) + ", leaving a gap after byte " +
                                     std::to_string(covered));
        covered = entry.end;
    }
    if (covered != size)
        throw corrupt(path, "holds " + std::to_string(size) + " bytes of data, of which its tensors cover " +
                                std::to_string(covered));
}

}  // namespace

std::vector<TensorView> readHeader(std::span<const std::byte> bytes, const std::string& path, const std::string& file) {
    const std::uint64_t length = headerLength(bytes, path);
    const auto* const text = reinterpret_cast<const char*>(bytes.data() + prefix);
    const Json header = json::parse({text, length}, path + ": header", {.bytes = largestHeader, .depth = 8});
    if (!header.is_object()) throw corrupt(path, "the header must be a JSON object, found " + json::shown(header));
    const auto data = bytes.subspan(prefix + length);
    std::vector<Entry> entries;
    for (const auto& [name, json] : header.items()) {
        if (name == "__metadata__")
            checkMetadata(json, path);
        else
            entries.push_back(readEntry(name, json, data, path, file));
    }
    std::ranges::sort(entries, {}, [](const Entry& entry) { return std::tuple(entry.begin, entry.end); });
    checkCover(entries, data.size(), path);
    std::vector<TensorView> views;
    for (Entry& entry : entries) views.push_back(std::move(entry.view));
    return views;
}

}  // namespace dq::checkpoint

#include "core/export/compressed/scheme.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "kernels/bit_pack.hpp"

namespace dq::exporting::compressed {

namespace {

using kernels::Element;
using kernels::Encoding;

bool isInt(const Encoding& encoding) {
    return encoding.element == Element::Int;
}

bool isPackedInt(const Encoding& encoding) {
    return isInt(encoding) && encoding.bits <= 8;
}

/// OCP's microscaling: a power of two for 32 weights.
bool isMx(const Encoding& encoding, Element element) {
    return encoding.element == element && encoding.scale == kernels::ScaleType::E8M0 && encoding.group == 32;
}

const char* mxContainer(const Encoding& encoding) {
    if (isMx(encoding, Element::E2M1)) return "mxfp4-pack-quantized";
    if (isMx(encoding, Element::E2M3)) return "mxfp6-pack-quantized";
    return isMx(encoding, Element::E4M3) ? "mxfp8-quantized" : nullptr;
}

bool isNvfp4(const Encoding& encoding) {
    return encoding.element == Element::E2M1 && encoding.scale == kernels::ScaleType::E4M3 &&
           encoding.group == 16 && encoding.globalScale;
}

bool isFp8PerRow(const Encoding& encoding) {
    return encoding.element == Element::E4M3 && encoding.group == 0 &&
           (encoding.scale == kernels::ScaleType::F32 || encoding.scale == kernels::ScaleType::Bf16);
}

bool isFp8PerTile(const Encoding& encoding) {
    return encoding.element == Element::E4M3 && encoding.groupRows == 128 && encoding.group == 128;
}

/// Every QuantizationArgs key the loader's own writer writes; unknown ones make it fail, absent ones do not.
json::Json arguments(int bits, const char* type, const char* strategy, std::optional<int> group) {
    json::Json args{{"num_bits", bits}, {"type", type}, {"symmetric", true}, {"strategy", strategy},
                    {"dynamic", false}};
    args["group_size"] = group ? json::Json(*group) : json::Json();
    return args;
}

std::int64_t wordsPerRow(int bits, std::int64_t cols) {
    return (cols * bits + 31) / 32;
}

/// Two's complement to the code plus 2^(bits-1) and back: the highest bit of each code turned over. `from` has
/// `fromBytes` a row, the result `toBytes`; what lies beyond the codes is zero.
std::vector<std::byte> turned(std::span<const std::byte> from, std::int64_t rows, std::int64_t cols, int bits,
                              std::int64_t fromBytes, std::int64_t toBytes) {
    const auto used = static_cast<std::size_t>((cols * bits + 7) / 8);
    std::vector<std::byte> highest(used), to(static_cast<std::size_t>(rows * toBytes));
    for (std::int64_t code = 0; code < cols; ++code) {
        const auto bit = static_cast<std::size_t>(code * bits + bits - 1);
        highest[bit / 8] |= std::byte{1} << (bit % 8);
    }
    for (std::int64_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < used; ++j)
            to[static_cast<std::size_t>(i * toBytes) + j] = from[static_cast<std::size_t>(i * fromBytes) + j] ^ highest[j];
    return to;
}

/// Zero points, of which a row has one a group, as the loader has them: the rows of a group side by side, a column a group.
/// `packed` has whole bytes a row, the result whole words a column.
std::vector<std::byte> zerosByGroup(std::span<const std::byte> packed, std::int64_t rows, std::int64_t groups, int bits) {
    const std::int64_t words = wordsPerRow(bits, rows);
    const auto perRow = static_cast<std::size_t>((groups * bits + 7) / 8);
    std::vector<std::uint16_t> zeros(static_cast<std::size_t>(rows * groups));
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i)
        kernels::unpackBits(packed.subspan(i * perRow, perRow), bits, std::span(zeros).subspan(i * static_cast<std::size_t>(groups), static_cast<std::size_t>(groups)));
    std::vector<std::byte> all(static_cast<std::size_t>(4 * words * groups));
    std::vector<std::uint16_t> column(static_cast<std::size_t>(rows));
    std::vector<std::byte> bytes(static_cast<std::size_t>(4 * words));
    for (std::int64_t g = 0; g < groups; ++g) {
        for (std::int64_t i = 0; i < rows; ++i)
            column[static_cast<std::size_t>(i)] = zeros[static_cast<std::size_t>(i * groups + g)];
        kernels::packBits(column, bits, std::span(bytes).first(static_cast<std::size_t>((rows * bits + 7) / 8)));
        for (std::int64_t w = 0; w < words; ++w)
            std::memcpy(all.data() + 4 * (w * groups + g), bytes.data() + 4 * w, 4);
    }
    return all;
}

/// And back.
std::vector<std::byte> zerosByRow(std::span<const std::byte> stored, std::int64_t rows, std::int64_t groups, int bits) {
    const std::int64_t words = wordsPerRow(bits, rows);
    const auto perRow = static_cast<std::size_t>((groups * bits + 7) / 8);
    std::vector<std::uint16_t> zeros(static_cast<std::size_t>(rows * groups));
    std::vector<std::uint16_t> column(static_cast<std::size_t>(rows));
    std::vector<std::byte> bytes(static_cast<std::size_t>(4 * words));
    for (std::int64_t g = 0; g < groups; ++g) {
        for (std::int64_t w = 0; w < words; ++w)
            std::memcpy(bytes.data() + 4 * w, stored.data() + 4 * (w * groups + g), 4);
        kernels::unpackBits(std::span(bytes).first(static_cast<std::size_t>((rows * bits + 7) / 8)), bits, column);
        for (std::int64_t i = 0; i < rows; ++i)
            zeros[static_cast<std::size_t>(i * groups + g)] = column[static_cast<std::size_t>(i)];
    }
    std::vector<std::byte> packed(static_cast<std::size_t>(rows) * perRow);
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i)
        kernels::packBits(std::span(zeros).subspan(i * static_cast<std::size_t>(groups), static_cast<std::size_t>(groups)), bits,
                          std::span(packed).subspan(i * perRow, perRow));
    return packed;
}

/// Rows of whole bytes as rows of whole words, or the other way; what a row has beyond the other is zero.
std::vector<std::byte> widened(std::span<const std::byte> from, std::int64_t rows, std::int64_t fromBytes, std::int64_t toBytes) {
    std::vector<std::byte> to(static_cast<std::size_t>(rows * toBytes));
    for (std::int64_t i = 0; i < rows; ++i)
        std::memcpy(to.data() + i * toBytes, from.data() + i * fromBytes, static_cast<std::size_t>(std::min(fromBytes, toBytes)));
    return to;
}

std::vector<std::byte> bytesOfValue(const auto& value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    return {bytes.begin(), bytes.end()};
}

float inverted(float scale) {
    return 1.0f / scale;
}

DType scaleType(const Encoding& encoding) {
    return storedMatrix("", "", 1, 1, {"", encoding}).scales.dtype;
}

}  // namespace

std::optional<Scheme> schemeOf(const format::Format& format) {
    const Encoding& encoding = format.encoding;
    if (isPackedInt(encoding)) {
        json::Json args = encoding.group == 0 ? arguments(encoding.bits, "int", "channel", {})
                                              : arguments(encoding.bits, "int", "group", encoding.group);
        args["symmetric"] = !encoding.zeroPoint;
        return Scheme{"pack-quantized", args};
    }
    if (const char* const container = mxContainer(encoding)) {
        json::Json args = arguments(encoding.bits, "float", "group", 32);
        args["scale_dtype"] = "torch.uint8";
        return Scheme{container, args};
    }
    if (isNvfp4(encoding)) return Scheme{"nvfp4-pack-quantized", arguments(4, "float", "tensor_group", 16)};
    if (isFp8PerRow(encoding)) return Scheme{"float-quantized", arguments(8, "float", "channel", {})};
    if (isFp8PerTile(encoding)) {
        json::Json args = arguments(8, "float", "block", {});
        args["block_structure"] = {128, 128};
        return Scheme{"float-quantized", args};
    }
    return {};
}

std::vector<StoredTensor> tensorsOf(const std::string& name, std::int64_t rows, std::int64_t cols,
                                    const format::Format& format) {
    const Encoding& encoding = format.encoding;
    const std::string weight = name + ".weight";
    const std::int64_t groups = kernels::groupsPerRow(encoding, cols);
    if (isPlain(format)) return {{weight, DType::BF16, {rows, cols}}};
    const StoredTensor scale{weight + "_scale", scaleType(encoding), {(rows + encoding.groupRows - 1) / encoding.groupRows, groups}};
    if (isInt(encoding)) {
        std::vector<StoredTensor> all{{weight + "_packed", DType::I32, {rows, wordsPerRow(encoding.bits, cols)}},
                                      scale,
                                      {weight + "_shape", DType::I64, {2}}};
        if (encoding.zeroPoint) all.push_back({weight + "_zero_point", DType::I32, {wordsPerRow(encoding.bits, rows), groups}});
        return all;
    }
    if (isMx(encoding, Element::E2M1) || isMx(encoding, Element::E2M3))
        return {{weight + "_packed", DType::U8, {rows, kernels::codeBytesPerRow(encoding, cols)}}, scale};
    if (isNvfp4(encoding))
        return {{weight + "_packed", DType::U8, {rows, cols / 2}}, scale, {weight + "_global_scale", DType::F32, {1}}};
    return {{weight, DType::F8E4M3, {rows, cols}}, scale};
}

std::vector<std::vector<std::byte>> bytesOf(const Packed& matrix, std::int64_t rows, std::int64_t cols,
                                            const format::Format& format) {
    return bytesOfRows(matrix, rows, rows, cols, format);
}

std::vector<std::vector<std::byte>> bytesOfRows(const Packed& matrix, std::int64_t rows, std::int64_t allRows, std::int64_t cols,
                                                const format::Format& format) {
    const Encoding& encoding = format.encoding;
    if (isPlain(format)) return {matrix.codes};
    if (isInt(encoding)) {
        const std::array<std::int64_t, 2> shape{allRows, cols};
        if (encoding.zeroPoint)
            return {widened(matrix.codes, rows, kernels::codeBytesPerRow(encoding, cols), 4 * wordsPerRow(encoding.bits, cols)),
                    matrix.scales, bytesOfValue(shape),
                    zerosByGroup(matrix.zeros, rows, kernels::groupsPerRow(encoding, cols), encoding.bits)};
        return {turned(matrix.codes, rows, cols, encoding.bits, kernels::codeBytesPerRow(encoding, cols),
                       4 * wordsPerRow(encoding.bits, cols)),
                matrix.scales, bytesOfValue(shape)};
    }
    if (isNvfp4(encoding)) return {matrix.codes, matrix.scales, bytesOfValue(inverted(matrix.global))};
    return {matrix.codes, matrix.scales};
}

Packed packedFrom(const std::vector<std::span<const std::byte>>& tensors, std::int64_t rows, std::int64_t cols,
                  const format::Format& format) {
    const Encoding& encoding = format.encoding;
    const auto copy = [](std::span<const std::byte> bytes) {
        return std::vector<std::byte>(bytes.begin(), bytes.end());
    };
    Packed matrix;
    const std::int64_t words = 4 * wordsPerRow(encoding.bits, cols), own = kernels::codeBytesPerRow(encoding, cols);
    if (isInt(encoding) && encoding.zeroPoint) {
        matrix.codes = widened(tensors[0], rows, words, own);
        matrix.zeros = zerosByRow(tensors[3], rows, kernels::groupsPerRow(encoding, cols), encoding.bits);
    } else if (isInt(encoding))
        matrix.codes = turned(tensors[0], rows, cols, encoding.bits, words, own);
    else
        matrix.codes = copy(tensors[0]);
    if (tensors.size() > 1) matrix.scales = copy(tensors[1]);
    if (isNvfp4(encoding)) {
        float divisor = 1;
        assert(tensors[2].size() == sizeof divisor);
        std::memcpy(&divisor, tensors[2].data(), sizeof divisor);
        matrix.global = inverted(divisor);
    }
    return matrix;
}

}  // namespace dq::exporting::compressed

#include "core/export/seed/layout.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdio>
#include <functional>

namespace dq::exporting::seed {

namespace {

/// The highest bit of every code: adding 2^(bits-1) to a two's complement number turns that one and no other.
std::vector<std::byte> highestBits(const Layer& layer) {
    std::vector<std::byte> row(static_cast<std::size_t>(layer.rowBytes()));
    for (std::int64_t i = 0; i < layer.padded(); ++i) {
        const std::int64_t bit = i * layer.bits + layer.bits - 1;
        row[static_cast<std::size_t>(bit / 8)] |= std::byte{1} << static_cast<int>(bit % 8);
    }
    return row;
}

std::string fileOf(const Layer& layer, const char* ending) {
    return std::string(weightsName) + "/" + layer.module + ending;
}

}  // namespace

std::string plainName(std::size_t index) {
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "non_quantized-%03zu.safetensors", index + 1);
    return name.data();
}

std::int64_t Layer::groups() const {
    return (cols + group - 1) / group;
}

std::int64_t Layer::padded() const {
    return groups() * group;
}

Bytes Layer::rowBytes() const {
    return padded() * bits / 8;
}

Bytes Layer::packedBytes() const {
    return rows * rowBytes();
}

Bytes Layer::scaleBytes() const {
    return rows * groups() * 4;
}

std::string Layer::packedFile() const {
    return fileOf(*this, ".packed");
}

std::string Layer::scalesFile() const {
    return fileOf(*this, ".scales");
}

std::optional<Layer> layerOf(const model::WeightMatrix& matrix, const format::Format& format) {
    const kernels::Encoding& encoding = format.encoding;
    const bool held = encoding.element == kernels::Element::Int && encoding.scale == kernels::ScaleType::F32 && encoding.group > 0 &&
                      encoding.groupRows == 1 && !encoding.zeroPoint && !encoding.globalScale;
    if (!held) return {};
    return Layer{matrix.name, encoding.bits, matrix.rows, matrix.cols, encoding.group};
}

const format::Format* formatOf(std::int64_t bits, std::int64_t group) {
    return format::find("int" + std::to_string(bits) + "-g" + std::to_string(group) + "-f32");
}

bool isModule(std::string_view name) {
    constexpr std::size_t longest = 240;  // a file's name has 255 bytes on most file systems
    const bool plain = std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '/' && c != '\\'; });
    return plain && !name.empty() && name.size() <= longest && name.front() != '.';
}

std::vector<std::byte> streamOf(const Layer& layer, std::span<const std::byte> codes) {
    const std::vector<std::byte> turned = highestBits(layer);
    const auto from = static_cast<std::size_t>((layer.cols * layer.bits + 7) / 8);
    const std::size_t rows = codes.size() / from, to = turned.size();
    assert(rows * from == codes.size());
    std::vector<std::byte> stream(rows * to);
    for (std::size_t row = 0; row < rows; ++row) {
        const auto begin = stream.begin() + static_cast<std::ptrdiff_t>(row * to);
        std::ranges::copy(codes.subspan(row * from, from), begin);
        std::transform(turned.begin(), turned.end(), begin, begin, std::bit_xor<>());
    }
    return stream;
}

}  // namespace dq::exporting::seed

#include "core/checkpoint/gguf/types.hpp"

#include "kernels/gguf/gguf.hpp"

namespace dq::checkpoint::gguf {

namespace {

namespace blocks = kernels::gguf;

const blocks::TypeInfo* infoOf(std::uint32_t type) {
    for (const blocks::TypeInfo& info : blocks::types())
        if (info.ggmlId == type) return &info;
    return nullptr;
}

}  // namespace

Bytes tensorBytes(std::uint32_t type, std::span<const std::int64_t> extents) {
    constexpr std::int64_t most = std::int64_t{1} << 48;
    std::int64_t rows = 1;
    const std::int64_t cols = extents.empty() ? 1 : extents.front();
    for (std::size_t i = 1; i < extents.size(); ++i) {
        if (extents[i] > 0 && rows > most / extents[i]) return -1;
        rows *= extents[i];
    }
    if (cols > 0 && rows > most / cols) return -1;
    if (type == plainF32) return cols * rows * 4;
    const blocks::TypeInfo* const info = infoOf(type);
    if (!info || cols % static_cast<std::int64_t>(info->blockWeights) != 0) return -1;
    return cols / static_cast<std::int64_t>(info->blockWeights) * static_cast<std::int64_t>(info->blockBytes) * rows;
}

std::string typeName(std::uint32_t type) {
    if (type == plainF32) return "F32";
    const blocks::TypeInfo* const info = infoOf(type);
    return info ? std::string(info->name) : "ggml type " + std::to_string(type);
}

std::optional<DType> plainType(std::uint32_t type) {
    if (type == plainF32) return DType::F32;
    if (type == blocks::infoOf(blocks::Type::F16).ggmlId) return DType::F16;
    if (type == blocks::infoOf(blocks::Type::Bf16).ggmlId) return DType::BF16;
    return {};
}

}  // namespace dq::checkpoint::gguf

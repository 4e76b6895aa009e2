#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace dq {

/// All bytes at `offset` of an open file, whose other bytes stay: any number of threads may write at once. Throws Error(Io) naming `shownAs`.
void writeAt(int file, const std::filesystem::path& shownAs, std::int64_t offset, std::span<const std::byte> bytes);

/// Room for `size` bytes, all 0 where nothing was written. Throws Error(Io) naming `shownAs` where the disk is too small.
void reserveBytes(int file, const std::filesystem::path& shownAs, std::int64_t size);

/// Sends what was written there on its way to the disk and does not wait for it, so that the last flush finds little left to do.
void startWriting(int file, std::int64_t offset, std::int64_t size);

}  // namespace dq

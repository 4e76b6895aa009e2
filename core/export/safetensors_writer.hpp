#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/export/written_digests.hpp"
#include "core/export/layout.hpp"

namespace dq::exporting {

/// The header behind its length, as a SafetensorsWriter writes it.
std::string safetensorsFront(std::vector<StoredTensor> tensors, const std::map<std::string, std::string>& metadata);
/// Of the whole file that a SafetensorsWriter makes of these.
Bytes safetensorsBytes(std::vector<StoredTensor> tensors, const std::map<std::string, std::string>& metadata);

/// A safetensors file whose tensors are known before their bytes are: header and room first, then each tensor
/// to its place, in any order and in pieces; `metadata` is the header's `__metadata__`. Tensors lie from the widest element type to the narrowest, so that each begins
/// at a multiple of its elements.
class SafetensorsWriter {
public:
    /// `shownAs` is the path people know (the file is being written beside it). Throws Error(Io): no room, no
    /// permission.
    SafetensorsWriter(const std::filesystem::path& file, std::string shownAs,
                      std::vector<StoredTensor> tensors, const std::map<std::string, std::string>& metadata);
    ~SafetensorsWriter();
    SafetensorsWriter(const SafetensorsWriter&) = delete;
    SafetensorsWriter& operator=(const SafetensorsWriter&) = delete;

    /// Bytes of a tensor, from its byte `at` on: from any thread.
    void put(std::string_view tensor, std::span<const std::byte> bytes, Bytes at = 0);
    WrittenDigests digests() const;  // of what was put, where that is all
    void startWriting(std::string_view tensor) const;  // all of it was put: the disk may begin
    void close();  // throws Error(Io) where the system kept a failure for the end

private:
    Bytes writeHeader(const std::vector<StoredTensor>& tensors,
                      const std::map<std::string, std::string>& metadata);

    std::string shownAs_;
    int file_ = -1;
    struct Place {
        Bytes offset = 0, size = 0;
        DigestMaker digest{};
    };
    std::map<std::string, Place, std::less<>> places_;
};

}  // namespace dq::exporting

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/dtype.hpp"
#include "core/base/units.hpp"

namespace dq::checkpoint {

/// Where a matrix lies that a file holds in another order than its own, or in two tensors.
struct Placement {
    std::vector<const std::byte*> rows;  // each row
    std::vector<std::int64_t> runs;      // above one: equal runs of a row's columns; the i-th of the file is the row's runs[i]-th
    std::span<const std::byte> rest;     // the bytes of the second tensor
};

/// A tensor where it lies in a mapped file. Valid as long as its Checkpoint.
struct TensorView {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
    std::string file;  // file name inside the checkpoint's folder
    bool transposed = false;  // of a matrix: the bytes are [shape[1], shape[0]]; floats() turns them
    std::shared_ptr<const Placement> placement = {};  // of a matrix, null: its rows lie one behind the other in `bytes`; else
                                                      // floats() and rowsTo() give them in their own order

    std::int64_t count() const;                   // product of the shape
    std::string where() const;                    // "model.safetensors: tensor x", for messages
    std::vector<std::span<const std::byte>> pieces() const;  // all bytes, in the file's order
    std::vector<float> floats() const;            // all elements; throws Error(Unsupported) for other types
    void rowsTo(std::int64_t first, std::int64_t rows, std::span<float> to) const;  // of a matrix, some of its rows
};

namespace gguf {
struct Header;
}

/// A Hugging Face checkpoint folder: config.json and one or more safetensors files, mapped and checked, not copied. Or a GGUF file of
/// plain weights (F32, F16, BF16; several where it is split): its tensors under Hugging Face's names, config.json and tokenizer.json
/// as its keys describe them.
class Checkpoint {
public:
    /// Reads headers only: every offset, size, dtype, shape and name is checked; weights are not read.
    /// Throws Error naming file and tensor: missing shard, overlapping or out-of-range or gappy offsets, dtype x shape that
    /// does not match the bytes, duplicate names, header too large, JSON too deep, truncated file.
    static std::shared_ptr<const Checkpoint> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const;              // as it was opened: the folder, or the GGUF file
    const std::filesystem::path& folder() const;            // in which the files lie
    std::string name() const;                               // the folder's own name, or the file's
    std::span<const TensorView> tensors() const;            // sorted by name
    const TensorView* find(std::string_view name) const;    // nullptr: absent
    const TensorView& get(std::string_view name) const;     // throws Error(Corrupt) naming the folder
    const std::string& configText() const;                  // config.json as it was read
    std::string configSource() const;                       // where it stands, for messages
    /// The text of a file that belongs to the model ("tokenizer.json"), or what a GGUF file says in its place; absent: there is
    /// none. Throws Error(Unsupported) where the GGUF file's tokenizer cannot be said that way.
    std::optional<std::string> companion(const std::string& name) const;
    const gguf::Header* ggufHeader() const;                 // nullptr: a folder
    Bytes bytes() const;                                    // of all tensors

    /// 32 hex digits over config.json and every tensor's name, dtype, shape and content. Tensors above 1 MiB of a checkpoint
    /// above 256 MiB count by 64 pieces of 4 KiB spread over them, so that a large model opens in milliseconds.
    const std::string& fingerprint() const;

    ~Checkpoint();

private:
    Checkpoint();
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Throws Error(Corrupt) naming file and tensor at the first NaN or infinity in any floating-point tensor.
/// Reads the whole checkpoint once, on all cores.
void requireFinite(const Checkpoint& checkpoint);
/// The same for some of its tensors.
void requireFinite(const Checkpoint& checkpoint, std::span<const std::string> names);

/// How many of a tensor's numbers are NaN or infinite; 0 for types that have neither.
std::int64_t notFinite(const TensorView& tensor);

}  // namespace dq::checkpoint

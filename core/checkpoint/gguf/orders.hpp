#pragma once

#include <cstdint>
#include <vector>

/// In what order llama.cpp holds rows (or equal runs of columns) that Hugging Face's checkpoints have otherwise.
namespace dq::checkpoint::gguf {

/// Which row of the checkpoint's tensor each row of the file's is; empty: they stand where they stood.
using Order = std::vector<std::int64_t>;

/// Linear attention by the delta rule: how many heads, and how wide.
struct LinearHeads {
    std::int64_t keyHeads = 0, valueHeads = 0, keyDim = 0, valueDim = 0;
    std::int64_t keys() const { return keyHeads * keyDim; }
    std::int64_t values() const { return valueHeads * valueDim; }
};

/// Llama's rotary embedding turns neighbouring rows, Hugging Face's rows half a head apart.
Order interleaved(std::int64_t rows, std::int64_t heads);

/// The file lists value heads by their place under a key head first: 0 2 1 3 where two key heads have two each.
Order tiledHeads(const LinearHeads& heads);
/// Rows before the value heads as they are, then `each` rows of every head in the file's order.
Order tiledRows(const LinearHeads& heads, std::int64_t before, std::int64_t each);

/// qwen3_next's joint projection goes by key heads, of each q, k, v and z; the file has two tensors.
struct JointRows {
    Order qkv, z;
};
JointRows jointRows(const LinearHeads& heads);

}  // namespace dq::checkpoint::gguf

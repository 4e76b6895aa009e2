#pragma once

#include <string>
#include <vector>

#include "core/checkpoint/gguf/container.hpp"

namespace dq::test {

/// A llama of one block, 8 wide, two heads, four tokens, all zeros.
inline checkpoint::gguf::Header smallestGguf() {
    using Texts = std::vector<std::string>;
    checkpoint::gguf::Header header{.entries = {{"general.architecture", std::string("llama")},
                              {"llama.block_count", std::uint32_t{1}},
                              {"llama.context_length", std::uint32_t{16}},
                              {"llama.embedding_length", std::uint32_t{8}},
                              {"llama.feed_forward_length", std::uint32_t{8}},
                              {"llama.attention.head_count", std::uint32_t{2}},
                              {"llama.attention.layer_norm_rms_epsilon", 1e-5f},
                              {"tokenizer.ggml.model", std::string("gpt2")},
                              {"tokenizer.ggml.pre", std::string("gpt-2")},
                              {"tokenizer.ggml.tokens", Texts{"a", "b", "ab", "<s>"}},
                              {"tokenizer.ggml.token_type", std::vector<std::int32_t>{1, 1, 1, 3}},
                              {"tokenizer.ggml.merges", Texts{"a b"}}},
                  .tensors = {{"token_embd.weight", {8, 4}, 0, 128}, {"output_norm.weight", {8}, 0, 32}}};
    for (const char* const name : {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"})
        header.tensors.push_back({std::string("blk.0.") + name + ".weight", {8, 8}, 0, 256});
    for (const char* const name : {"attn_norm", "ffn_norm"}) header.tensors.push_back({std::string("blk.0.") + name + ".weight", {8}, 0, 32});
    return header;
}

inline std::string fileOf(const checkpoint::gguf::Header& header) {
    return checkpoint::gguf::headerBytes(header) + std::string(static_cast<std::size_t>(checkpoint::gguf::fileBytes(header)) - checkpoint::gguf::headerBytes(header).size(), '\0');
}

}  // namespace dq::test

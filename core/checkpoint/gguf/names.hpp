#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dq::checkpoint::gguf {

/// How the file holds a tensor that Hugging Face's checkpoint holds otherwise.
enum class Form {
    Plain,
    Queries, Keys,         // llama's q and k: halves of heads alternate
    Centred,               // a norm: one more than in the checkpoint
    Turned,                // gpt2's products
    Convolution,           // less a dimension of one, value heads in another order
    Qkv, Values, Heads,    // qwen3.5's linear attention: value heads behind q and k, alone, of one row each: in another order
    DecayLog,              // the same, and minus its exponential
    Columns,               // columns by value heads in another order
    JointQkv, JointValues  // two tensors for qwen3_next's one
};

/// What a tensor of a GGUF file is in Hugging Face's checkpoint of the family.
struct Place {
    std::string name;  // "model.layers.3.self_attn.q_proj.weight"; of experts with '#' where the expert's number goes
    Form form = Form::Plain;
};

enum class ExpertTensors { None, Apart, Joint };  // Joint: gate and up of all experts of a block are one tensor

/// Absent: the family has no such tensor.
std::optional<Place> placeOf(std::string_view tensor, std::string_view family, ExpertTensors experts);

/// What a file with joint gates and ups has; in such a file the stacks stay whole, as in Hugging Face's newer checkpoints.
bool isJointStack(std::string_view tensor);

/// Linear attention in most blocks.
bool isHybrid(std::string_view family);

/// Divisors of frequencies, which config.json holds: no tensors of a checkpoint.
bool isRopeFactor(std::string_view tensor);

}  // namespace dq::checkpoint::gguf

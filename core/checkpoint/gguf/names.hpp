#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dq::checkpoint::gguf {

/// What a tensor of a GGUF file is in Hugging Face's checkpoint of the family.
struct Place {
    std::string name;       // "model.layers.3.self_attn.q_proj.weight"; of experts with '#' where the expert's number goes
    bool rotated = false;   // q or k of llama: halves of heads alternate
    bool keys = false;      // k and not q
    bool centred = false;   // a norm of gemma: one more than in the checkpoint
};

enum class ExpertTensors { None, Apart, Joint };  // Joint: gate and up of all experts of a block are one tensor

/// Absent: the family has no such tensor.
std::optional<Place> placeOf(std::string_view tensor, std::string_view family, ExpertTensors experts);

/// What a file with joint gates and ups has; in such a file the stacks stay whole, as in Hugging Face's newer checkpoints.
bool isJointStack(std::string_view tensor);

/// Divisors of frequencies, which config.json holds: no tensors of a checkpoint.
bool isRopeFactor(std::string_view tensor);

}  // namespace dq::checkpoint::gguf

#include "app/demo/train/checkpoint.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <string>

#include "app/demo/texts.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/dtype.hpp"
#include "core/base/error.hpp"
#include "core/checkpoint/checkpoint.hpp"
#include "core/json/json.hpp"

namespace dq::demo {

namespace {
using json::Json;

static_assert(std::endian::native == std::endian::little,
              "safetensors is little-endian, and so is this writer");

std::string littleEndian(std::uint64_t value) {
    std::string bytes;
    for (int i = 0; i < 8; ++i)
        bytes += static_cast<char>((value >> (8 * i)) & 0xff);
    return bytes;
}

/// Padded with spaces, so that the tensors after it start at a multiple of 8.
std::string headerText(const std::vector<Network::Named>& tensors) {
    Json header;
    header["__metadata__"] = {{"format", "pt"}};
    std::int64_t offset = 0;
    for (const auto& [name, tensor] : tensors) {
        const std::int64_t end = offset + tensor.numel() * 2;
        header[name] = {{"dtype", "BF16"}, {"shape", tensor.sizes().vec()}, {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
}

std::string bf16Bytes(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.detach().contiguous();
    const float* values = flat.data_ptr<float>();
    std::string bytes;
    bytes.reserve(static_cast<std::size_t>(flat.numel()) * 2);
    for (std::int64_t i = 0; i < flat.numel(); ++i) {
        const std::uint16_t bits = toBf16(values[i]);
        bytes += static_cast<char>(bits & 0xff);
        bytes += static_cast<char>(bits >> 8);
    }
    return bytes;
}

Json config() {
    const model::Architecture a = demoArchitecture();
    Json json;
    json["architectures"] = Json::array({"LlamaForCausalLM"});
    json["model_type"] = a.type;
    json["hidden_size"] = a.hidden;
    json["intermediate_size"] = a.intermediate;
    json["num_hidden_layers"] = a.blocks;
    json["num_attention_heads"] = a.heads;
    json["num_key_value_heads"] = a.kvHeads;
    json["head_dim"] = a.headDim;
    json["vocab_size"] = a.vocabulary;
    json["max_position_embeddings"] = a.context;
    json["rope_theta"] = a.rope.theta;
    json["rope_scaling"] = nullptr;
    json["rms_norm_eps"] = a.normEpsilon;
    json["hidden_act"] = "silu";
    json["tie_word_embeddings"] = a.tiedHead;
    json["attention_bias"] = a.qkvBias;
    json["mlp_bias"] = a.mlpBias;
    json["bos_token_id"] = kVocabulary - 1;
    json["eos_token_id"] = kVocabulary - 1;
    json["torch_dtype"] = "bfloat16";
    json["use_cache"] = true;
    return json;
}
}  // namespace

void writeCheckpoint(const Network& network, const std::filesystem::path& folder) {
    const std::vector<Network::Named> tensors = network.tensors();
    const std::string header = headerText(tensors);
    AtomicFile file(folder / "model.safetensors");
    file.write(littleEndian(header.size()));
    file.write(header);
    for (const Network::Named& named : tensors)
        file.write(bf16Bytes(named.tensor));
    file.commit();
    writeFile(folder / "config.json", config().dump(1) + "\n");
    const Json generation = {{"bos_token_id", kVocabulary - 1}, {"eos_token_id", kVocabulary - 1}};
    writeFile(folder / "generation_config.json", generation.dump(1) + "\n");
}

Network readCheckpoint(const std::filesystem::path& folder) {
    const auto checkpoint = checkpoint::Checkpoint::open(folder);
    Network network = Network::random(0);
    for (const auto& [name, tensor] : network.tensors()) {
        const checkpoint::TensorView& view = checkpoint->get(name);
        if (view.shape != tensor.sizes().vec())
            throw Error(Kind::Corrupt, view.where() + " has another shape than the demo model's");
        const std::vector<float> values = view.floats();
        std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
    }
    return network;
}

}  // namespace dq::demo

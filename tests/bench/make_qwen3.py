"""A random checkpoint of Qwen3's shape, larger than what a test may write: for streaming.sh.

    python make_qwen3.py FOLDER [--blocks 28] [--hidden 2048] [--intermediate 6144] [--vocabulary 65536] [--tied]

BF16, one shard a block, written block by block. The weights are Gaussian with the deviation 1/sqrt(in), so that activations
stay finite. tokens.npy beside it holds random token ids.
"""

import argparse
import json
import pathlib
import struct

import numpy

HEADS, KV_HEADS, HEAD_DIM = 16, 8, 128


def bf16(numbers):
    bits = numbers.astype(numpy.float32).view(numpy.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(numpy.uint16)


def write(path, shapes, rng):
    header, offset = {}, 0
    for name, shape in shapes.items():
        size = 2 * int(numpy.prod(shape))
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for shape in shapes.values():
            if len(shape) == 1:
                file.write(bf16(numpy.ones(shape)).tobytes())
                continue
            for first in range(0, shape[0], 4096):
                rows = min(4096, shape[0] - first)
                numbers = rng.standard_normal((rows, shape[1]), dtype=numpy.float32) / shape[1] ** 0.5
                file.write(bf16(numbers).tobytes())
    return {name: path.name for name in shapes}, offset


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    for name, value in {"blocks": 28, "hidden": 2048, "intermediate": 6144, "vocabulary": 65536}.items():
        arguments.add_argument("--" + name, type=int, default=value)
    arguments.add_argument("--tied", action="store_true")
    a = arguments.parse_args()
    a.folder.mkdir(parents=True, exist_ok=True)
    rng = numpy.random.default_rng(1)
    queries, keys = HEADS * HEAD_DIM, KV_HEADS * HEAD_DIM
    total, places = 0, {}
    outside = {"model.embed_tokens.weight": [a.vocabulary, a.hidden], "model.norm.weight": [a.hidden]}
    if not a.tied:
        outside["lm_head.weight"] = [a.vocabulary, a.hidden]
    shards = [outside]
    for block in range(a.blocks):
        at = f"model.layers.{block}."
        shards.append({
            at + "input_layernorm.weight": [a.hidden],
            at + "self_attn.q_proj.weight": [queries, a.hidden],
            at + "self_attn.k_proj.weight": [keys, a.hidden],
            at + "self_attn.v_proj.weight": [keys, a.hidden],
            at + "self_attn.o_proj.weight": [a.hidden, queries],
            at + "self_attn.q_norm.weight": [HEAD_DIM],
            at + "self_attn.k_norm.weight": [HEAD_DIM],
            at + "post_attention_layernorm.weight": [a.hidden],
            at + "mlp.gate_proj.weight": [a.intermediate, a.hidden],
            at + "mlp.up_proj.weight": [a.intermediate, a.hidden],
            at + "mlp.down_proj.weight": [a.hidden, a.intermediate],
        })
    for number, shapes in enumerate(shards):
        name = f"model-{number + 1:05d}-of-{len(shards):05d}.safetensors"
        found, size = write(a.folder / name, shapes, rng)
        places |= found
        total += size
    (a.folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {"total_size": total}, "weight_map": places}))
    (a.folder / "config.json").write_text(json.dumps({
        "model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], "hidden_size": a.hidden, "intermediate_size": a.intermediate,
        "num_hidden_layers": a.blocks, "num_attention_heads": HEADS, "num_key_value_heads": KV_HEADS, "head_dim": HEAD_DIM,
        "vocab_size": a.vocabulary, "max_position_embeddings": 32768, "rope_theta": 1000000, "rms_norm_eps": 1e-6,
        "hidden_act": "silu", "tie_word_embeddings": a.tied}))
    numpy.save(a.folder / "tokens.npy", rng.integers(0, a.vocabulary, (16, 256), dtype=numpy.int32))
    print(f"{total} bytes in {a.folder}")


if __name__ == "__main__":
    main()

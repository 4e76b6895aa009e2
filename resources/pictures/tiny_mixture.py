#!/usr/bin/env python3
"""Writes a small random mixture of experts (qwen3_moe) that DynaQuant can open and measure: tiny_mixture.py FOLDER DEMO

The tokenizer and texts are the demo model's. Only Python's own library is needed. Layers and experts are scaled apart, so
that the map of bits has something to show; the model itself says nothing.
"""
import json
import random
import shutil
import struct
import sys
from array import array
from pathlib import Path

LAYERS, EXPERTS, HIDDEN, HEADS, KV_HEADS, HEAD, EXPERT, VOCABULARY = 8, 32, 96, 4, 2, 24, 48, 1024


def bf16(values):
    floats = array("f", values)
    words = array("I", floats.tobytes())
    return array("H", ((word + 0x8000) >> 16 & 0xFFFF for word in words)).tobytes()


def matrix(rng, rows, cols, spread):
    return [rng.gauss(0, spread) for _ in range(rows * cols)], [rows, cols]


def ones(count):
    return [1.0] * count, [count]


def tensors(rng):
    yield "model.embed_tokens.weight", matrix(rng, VOCABULARY, HIDDEN, 0.5)
    for layer in range(LAYERS):
        at = f"model.layers.{layer}."
        depth = 1.6 if layer in (0, LAYERS - 1) else 1.0
        spread = HIDDEN ** -0.5
        yield at + "input_layernorm.weight", ones(HIDDEN)
        yield at + "post_attention_layernorm.weight", ones(HIDDEN)
        yield at + "self_attn.q_norm.weight", ones(HEAD)
        yield at + "self_attn.k_norm.weight", ones(HEAD)
        yield at + "self_attn.q_proj.weight", matrix(rng, HEADS * HEAD, HIDDEN, spread)
        yield at + "self_attn.k_proj.weight", matrix(rng, KV_HEADS * HEAD, HIDDEN, spread)
        yield at + "self_attn.v_proj.weight", matrix(rng, KV_HEADS * HEAD, HIDDEN, depth * spread)
        yield at + "self_attn.o_proj.weight", matrix(rng, HIDDEN, HEADS * HEAD, spread)
        yield at + "mlp.gate.weight", matrix(rng, EXPERTS, HIDDEN, spread)
        for expert in range(EXPERTS):
            one = at + f"mlp.experts.{expert}."
            size = depth * spread * rng.lognormvariate(0, 0.5)
            yield one + "gate_proj.weight", matrix(rng, EXPERT, HIDDEN, size)
            yield one + "up_proj.weight", matrix(rng, EXPERT, HIDDEN, size)
            yield one + "down_proj.weight", matrix(rng, HIDDEN, EXPERT, size)
    yield "model.norm.weight", ones(HIDDEN)
    yield "lm_head.weight", matrix(rng, VOCABULARY, HIDDEN, 0.3)


CONFIG = {
    "architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "hidden_size": HIDDEN, "intermediate_size": 4 * EXPERT,
    "moe_intermediate_size": EXPERT, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "num_key_value_heads": KV_HEADS,
    "head_dim": HEAD, "num_experts": EXPERTS, "num_experts_per_tok": 4, "norm_topk_prob": True, "decoder_sparse_step": 1,
    "mlp_only_layers": [], "vocab_size": VOCABULARY, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "hidden_act": "silu",
    "max_position_embeddings": 1024, "tie_word_embeddings": False, "attention_bias": False, "torch_dtype": "bfloat16",
}


def main():
    folder, demo = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    header, data = {}, bytearray()
    for name, (values, shape) in tensors(random.Random(7)):
        packed = bf16(values)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    words = json.dumps(header).encode()
    words += b" " * (-len(words) % 8)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(words)) + words + data)
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2))
    for file in ("tokenizer.json", "tokenizer_config.json", "calibration.txt", "evaluation.txt"):
        shutil.copy(demo / file, folder / file)


if __name__ == "__main__":
    main()

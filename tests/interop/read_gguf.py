#!/usr/bin/env python3
"""Reads a GGUF file with Python's gguf, dequantizes every tensor and compares it with the plain checkpoint of the recipe.

    tests/interop/read_gguf.py FILE.gguf PLAIN
"""
import json
import pathlib
import sys

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize
from safetensors import deserialize


def plain_tensors(folder):
    tensors = {}
    for file in sorted(pathlib.Path(folder).glob("*.safetensors")):
        for name, t in deserialize(file.read_bytes()):
            if t["dtype"] == "BF16":
                values = (np.frombuffer(bytes(t["data"]), np.uint16).astype(np.uint32) << 16).view(np.float32)
            else:
                values = np.frombuffer(bytes(t["data"]), {"F32": np.float32, "F16": np.float16}[t["dtype"]]).astype(np.float32)
            tensors[name] = values.reshape(t["shape"])
    return tensors


def hf_name(name):
    outside = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight", "output.weight": "lm_head.weight"}
    if name in outside:
        return outside[name]
    _, block, part, ending = name.split(".")
    parts = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_output": "self_attn.o_proj"}
    for kind in ("q", "k", "v"):
        parts[f"attn_{kind}"] = f"self_attn.{kind}_proj"
        parts[f"attn_{kind}_norm"] = f"self_attn.{kind}_norm"
    for kind in ("gate", "up", "down"):
        parts[f"ffn_{kind}"] = f"mlp.{kind}_proj"
    return f"model.layers.{block}.{parts[part]}.{ending}"


def permuted(weights, heads):
    """As llama.cpp's converter reorders q and k."""
    return weights.reshape(heads, 2, weights.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(weights.shape)


def main(file, folder):
    config = json.loads((pathlib.Path(folder) / "config.json").read_text())
    expected = plain_tensors(folder)
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config.get("num_key_value_heads", config["num_attention_heads"])}
    reader, kinds = GGUFReader(file), {}
    for tensor in reader.tensors:
        weights = expected.pop(hf_name(tensor.name))
        part = tensor.name.split(".")[2] if tensor.name.startswith("blk") else ""
        if part in heads and reader.fields["general.architecture"].contents() == "llama":
            weights = permuted(weights, heads[part])
        found = dequantize(tensor.data, tensor.tensor_type).reshape(weights.shape)
        # The plain file is rounded to BF16 once more: half a step of eight bits.
        assert (np.abs(found - weights) <= np.abs(weights) / 256 + 1e-30).all(), tensor.name
        kinds[tensor.tensor_type.name] = kinds.get(tensor.tensor_type.name, 0) + 1
    assert not expected or list(expected) == ["lm_head.weight"], expected.keys()
    print(f"gguf: {sum(kinds.values())} tensors equal to the plain checkpoint, {kinds}, {len(reader.fields)} keys")


main(*sys.argv[1:])

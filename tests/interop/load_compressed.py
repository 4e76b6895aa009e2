#!/usr/bin/env python3
"""Loads a compressed-tensors checkpoint with transformers, and compares it with the plain checkpoint of the same recipe.

    tests/interop/load_compressed.py COMPRESSED PLAIN ORIGINAL TEXT.npy KL

Every weight that compressed-tensors' own decompressor makes, in the type the model runs in, must be the plain one, and so must
the logits that transformers computes. Decompressed in float32, their KL to the original over TEXT must be KL, which is what
`dynaquant-cli evaluate` says of the recipe.
"""
import json
import pathlib
import re
import sys

import numpy as np
import torch
from compressed_tensors.compressors.base import BaseCompressor
from compressed_tensors.quantization import QuantizationScheme
from safetensors import safe_open
from transformers import AutoModelForCausalLM
from transformers.utils import logging

logging.disable_progress_bar()
TYPES = {"float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32}


def tensors(folder):
    found = {}
    for file in sorted(pathlib.Path(folder).glob("*.safetensors")):
        with safe_open(file, "pt") as opened:
            for name in opened.keys():
                found[name] = opened.get_tensor(name)
    return found


def matches(target, module):
    return re.match(target[3:], module) if target.startswith("re:") else target == module


def scheme_of(config, module):
    if any(matches(target, module) for target in config["ignore"]):
        return None
    groups = config["config_groups"].values()
    return next((group for group in groups if any(matches(target, module) for target in group["targets"])), None)


def decompressed(stored, module, group, runs_in):
    """Scales in the type the loader keeps them in."""
    scheme = QuantizationScheme(targets=[module], weights=group["weights"], format=group["format"])
    state = {name.removeprefix(module + "."): value for name, value in stored.items() if name.startswith(module + ".")}
    if state["weight_scale"].dtype != torch.float8_e4m3fn:
        state["weight_scale"] = state["weight_scale"].to(runs_in)
    return BaseCompressor.get_value_from_registry(group["format"]).decompress(state, scheme)["weight"]


def weights_of(compressed, scales_in):
    stored = tensors(compressed)
    config = json.loads((pathlib.Path(compressed) / "config.json").read_text())["quantization_config"]
    modules = {name.rsplit(".", 1)[0] for name in stored}
    weights, quantized = {}, 0
    for module in modules:
        group = scheme_of(config, module)
        name, quantized = module + ".weight", quantized + (group is not None)
        weights[name] = stored[name] if group is None else decompressed(stored, module, group, scales_in)
    return weights, quantized


def compare_weights(compressed, plain):
    config = json.loads((pathlib.Path(plain) / "config.json").read_text())
    found, quantized = weights_of(compressed, TYPES[config.get("torch_dtype", "bfloat16")])
    for name, weight in tensors(plain).items():
        assert torch.equal(found[name].to(weight.dtype), weight), name
    return quantized


def log_probabilities(folder, ids, dtype, weights=None):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval()
    if weights:
        missing, unknown = model.load_state_dict(weights, strict=False)
        assert not unknown and set(missing) <= ({"lm_head.weight"} if model.config.tie_word_embeddings else set()), (missing, unknown)
    with torch.no_grad():
        return model(torch.from_numpy(ids.astype(np.int64)).unsqueeze(0)).logits[0].float().log_softmax(-1)


def divergence(p, q):
    return (p.exp() * (p - q)).sum(-1)[:-1].mean().item()


def runs_in(folder):
    """As vLLM runs it: a model in float32 in BF16, which is what its scales are."""
    config = json.loads((pathlib.Path(folder) / "config.json").read_text())
    return torch.bfloat16 if config.get("torch_dtype", config.get("dtype")) == "float32" else "auto"


def main(compressed, plain, original, text, evaluated):
    quantized, ids = compare_weights(compressed, plain), np.load(text)
    runs = runs_in(plain)
    difference = (log_probabilities(compressed, ids, runs) - log_probabilities(plain, ids, runs)).abs().max().item()
    found = divergence(log_probabilities(original, ids, torch.float32),
                       log_probabilities(original, ids, torch.float32, weights_of(compressed, torch.float32)[0]))
    print(f"compressed-tensors: {quantized} matrices decompress to the plain checkpoint's weights bit for bit; transformers: "
          f"log probabilities differ by at most {difference:.1e}; KL to the original {found:.6f}, evaluate says {float(evaluated):.6f}")
    assert difference == 0
    assert abs(found - float(evaluated)) < 1e-5 + 1e-3 * found


main(*sys.argv[1:])

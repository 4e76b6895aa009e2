#!/usr/bin/env python3
"""Loads a compressed-tensors checkpoint with transformers, and compares it with the plain checkpoint of the same recipe.

    tests/interop/load_compressed.py COMPRESSED PLAIN

Every decompressed weight must be the plain one, rounded to BF16 as the plain file is; logits on 256 tokens must agree.
"""
import json
import pathlib
import re
import sys

import torch
from safetensors import safe_open
from transformers import AutoModelForCausalLM


def tensors(folder):
    found = {}
    for file in sorted(pathlib.Path(folder).glob("*.safetensors")):
        with safe_open(file, "pt") as opened:
            for name in opened.keys():
                found[name] = opened.get_tensor(name)
    return found


def scheme_of(config, module):
    for target in config["ignore"]:
        if re.match(target[3:], module) if target.startswith("re:") else target == module:
            return None
    for group in config["config_groups"].values():
        for target in group["targets"]:
            if re.match(target[3:], module) if target.startswith("re:") else target == module:
                return group
    return None


def decompressed(stored, module, group):
    """By compressed-tensors' own decompressor, in float32."""
    from compressed_tensors.compressors.base import BaseCompressor
    from compressed_tensors.quantization import QuantizationScheme
    scheme = QuantizationScheme(targets=[module], weights=group["weights"], format=group["format"])
    state = {name.removeprefix(module + "."): value for name, value in stored.items() if name.startswith(module + ".")}
    if state["weight_scale"].dtype != torch.float8_e4m3fn:
        state["weight_scale"] = state["weight_scale"].float()
    return BaseCompressor.get_value_from_registry(group["format"]).decompress(state, scheme)["weight"]


def main(compressed, plain):
    stored, expected = tensors(compressed), tensors(plain)
    config = json.loads((pathlib.Path(compressed) / "config.json").read_text())["quantization_config"]
    worst, quantized = 0.0, 0
    for name, weight in expected.items():
        module = name.removesuffix(".weight")
        group = scheme_of(config, module)
        if group is None:
            assert torch.equal(stored[name], weight), name
            continue
        quantized += 1
        ours = decompressed(stored, module, group).to(torch.bfloat16)
        different = (ours != weight).float().mean().item()
        worst = max(worst, different)
        assert group["format"] == "nvfp4-pack-quantized" or different == 0, (name, different)
    ids = torch.arange(256).unsqueeze(0) % 1000
    logits = []
    for folder in (compressed, plain):
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
        with torch.no_grad():
            logits.append(model(ids).logits[0].float())
    logs = [torch.log_softmax(one, -1) for one in logits]
    kl = (logs[1].exp() * (logs[1] - logs[0])).sum(-1).mean().item()
    largest = (logits[0] - logits[1]).abs().max().item()
    print(f"compressed-tensors: {quantized} matrices decompress to the plain checkpoint's BF16 weights "
          f"(NVFP4: at most {worst:.1e} of a matrix differ by a rounding); "
          f"transformers: max |logit difference| {largest:.2e}, KL {kl:.1e} nats on {ids.numel()} tokens")
    assert kl < 1e-3


main(*sys.argv[1:])

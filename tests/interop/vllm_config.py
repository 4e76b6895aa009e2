#!/usr/bin/env python3
"""Lets vLLM's own code build and fill the model of a compressed-tensors checkpoint, without a GPU, and holds it against the recipe.

    tests/interop/vllm_config.py FOLDER ...      FOLDER=refused: vLLM must refuse it

vLLM parses the config, makes the model's layers (naming and fusing them as it does), chooses a scheme and a kernel for each as on
a Hopper GPU, which is pretended, and loads the file. Every layer's scheme must be that of the recipe's format of each matrix in
it, and every parameter must hold the bytes of the file's tensors. No kernel runs, and no weight is repacked for one.
"""
import collections
import json
import os
import pathlib
import re
import sys

os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
os.environ["VLLM_DISABLE_SHARED_EXPERTS_STREAM"] = "1"

sys.setdlopenflags(os.RTLD_LAZY)  # the driver may be an empty library, of which nothing is called

import torch
import vllm.platforms
from safetensors import safe_open
from vllm.platforms.cuda import NonNvmlCudaPlatform
from vllm.platforms.interface import DeviceCapability


class PretendedHopper(NonNvmlCudaPlatform):
    get_device_capability = classmethod(lambda cls, device_id=0: DeviceCapability(9, 0))
    get_device_name = classmethod(lambda cls, device_id=0: "pretended")
    get_device_total_memory = classmethod(lambda cls, device_id=0: 80 << 30)
    device_count = classmethod(lambda cls: 1)
    num_compute_units = classmethod(lambda cls, device_id=0: 132)


vllm.platforms._current_platform = PretendedHopper()

from vllm.config import set_current_vllm_config
from vllm.distributed import destroy_model_parallel, init_distributed_environment, initialize_model_parallel
from vllm.engine.arg_utils import EngineArgs
from vllm.model_executor.layers.fused_moe import RoutedExperts
from vllm.model_executor.layers.linear import LinearBase
from vllm.model_executor.layers.vocab_parallel_embedding import VocabParallelEmbedding
from vllm.model_executor.model_loader import get_model_loader
from vllm.model_executor.model_loader.utils import initialize_model

MX = {"mxfp4": 4, "mxfp6-e2m3": 6, "mxfp8-e4m3": 8}


def wanted(name):
    """Of a format's name: (type, bits, strategy, group, symmetric); None for what stays as it is."""
    if name == "bf16":
        return None
    if name in MX:
        return "float", MX[name], "group", 32, True
    if name == "nvfp4":
        return "float", 4, "tensor_group", 16, True
    if name.startswith("fp8-e4m3"):
        return "float", 8, "block" if "block" in name else "channel", None, True
    bits, zero, group = re.match(r"int(\d)(a?)-(row|g\d+)", name).groups()
    return "int", int(bits), "channel" if group == "row" else "group", None if group == "row" else int(group[1:]), not zero


def answered(args):
    if args is None:
        return None
    return str(args.type), args.num_bits, str(args.strategy), args.group_size, args.symmetric


def tensors(folder):
    found = {}
    for file in sorted(pathlib.Path(folder).glob("*.safetensors")):
        with safe_open(file, "pt") as opened:
            found.update((name, opened.get_tensor(name)) for name in opened.keys())
    return found


def same(parameter, pieces):
    """Pieces one below the other; what a vocabulary is padded with lies behind them."""
    expected, found = torch.cat([piece.reshape(-1) for piece in pieces]), parameter.detach().reshape(-1)
    padded = len(found) != len(expected)
    if expected.is_floating_point() and found.dtype != expected.dtype:  # float32 can hold every scale; a bias is rounded as the model is
        expected = expected.to(found.dtype)
    raw = [part.contiguous().view(torch.uint8) for part in (found[:len(expected)], expected)]
    return torch.equal(*raw) and (not padded or parameter.shape[0] % 64 == 0)


class Checked:
    def __init__(self, model, folder, quantization):
        self.model, self.stored, self.quantization = model, tensors(folder), quantization
        recipe = json.loads((pathlib.Path(folder) / "recipe.json").read_text())
        self.formats = {entry["matrix"]: entry["format"] for entry in recipe["matrices"]}
        self.packed = getattr(model, "packed_modules_mapping", {})
        self.schemes = collections.Counter()
        self.seen = set()

    def members(self, name):
        """The recipe's matrices that vLLM makes one layer of."""
        if name in self.formats:
            return [name]
        before, dot, last = name.rpartition(".")
        parts = [before + dot + part for part in self.packed.get(last, [last])]
        return parts if all(part + ".weight" in self.stored or part in self.formats for part in parts) else []

    def scheme(self, name, module, members, seen_as):
        for member in members:
            args = self.quantization.get_scheme_dict(module, seen_as(member))
            found, format = answered(args and args["weights"]), self.formats.get(member, "bf16")
            assert found == wanted(format), f"{name}: vLLM reads {found}, {member} is in {format}"
        if (scheme := getattr(module, "scheme", None)) is None:
            scheme = module.quant_method
        self.schemes[type(scheme).__name__.removeprefix("CompressedTensors")] += 1

    def hold(self, name, parameter, pieces):
        assert same(parameter, [self.stored[piece] for piece in pieces]), f"{name}: holds other bytes than {pieces[0]}"
        self.seen.update(pieces)

    def linear(self, name, module):
        members = self.members(name)
        assert members, f"{name}: no matrix of the recipe"
        self.scheme(name, module, members, lambda member: name)
        for leaf, parameter in module.named_parameters(recurse=False):
            pieces = [f"{member}.{leaf}" for member in members]
            if leaf == "weight_shape":  # of the last member only, and nobody asks for it
                self.seen.update(pieces)
            else:
                self.hold(f"{name}.{leaf}", parameter, pieces)
            if leaf.endswith("global_scale"):
                assert len(set(parameter.tolist())) == 1, f"{name}: vLLM takes one of the global scales {parameter.tolist()}"

    def experts(self, name, module):
        prefix = module.layer_name
        parts = {"w13": (module.ckpt_gate_proj_name, module.ckpt_up_proj_name), "w2": (module.ckpt_down_proj_name,)}
        every = sorted({int(m.group(1)) for key in self.stored if (m := re.match(re.escape(prefix) + r"\.(\d+)\.", key))})
        self.scheme(name, module, [f"{prefix}.{e}.{part}" for e in every for half in parts.values() for part in half], lambda member: member)
        for leaf, parameter in module.named_parameters(recurse=False):
            half, ending = leaf.split("_", 1)
            pieces = [f"{prefix}.{e}.{part}.{ending}" for e in every for part in parts.get(half, ())]
            if pieces and all(piece in self.stored for piece in pieces) and ending != "weight_shape":
                self.hold(f"{name}.{leaf}", parameter, pieces)
        self.seen.update(key for key in self.stored if key.startswith(prefix) and key.endswith("weight_shape"))

    def all(self):
        for name, module in self.model.named_modules():
            if isinstance(module, RoutedExperts):
                self.experts(name, module)
            elif isinstance(module, LinearBase):
                self.linear(name, module)
            elif isinstance(module, VocabParallelEmbedding) and self.members(name):
                self.linear(name, module)
        left = [name for name in self.stored if name not in self.seen and self.stored[name].dim() > 1]
        assert not left, f"vLLM holds nothing of {left[:3]}"
        return self.schemes


def alone(folder):
    """The one process of its own group; a model's groups are those of its kind."""
    if torch.distributed.is_initialized():
        destroy_model_parallel()
    else:
        rendezvous = pathlib.Path(folder).resolve().parent / ".vllm_rendezvous"
        rendezvous.unlink(missing_ok=True)
        init_distributed_environment(1, 0, rendezvous.as_uri(), 0, backend="gloo")
    initialize_model_parallel(1)


def load(folder):
    config = EngineArgs(model=folder, enforce_eager=True, skip_tokenizer_init=True, max_model_len=256, use_tqdm_on_load=False).create_engine_config()
    with set_current_vllm_config(config):
        alone(folder)
        torch.set_default_dtype(config.model_config.dtype)
        model = initialize_model(config)
        torch.set_default_dtype(torch.float32)
        get_model_loader(config.load_config).load_weights(model, config.model_config)
        return Checked(model, folder, config.quant_config).all()


def main(folders):
    failed = False
    for asked in folders:
        folder, _, refused = asked.partition("=")
        name = pathlib.Path(folder).name
        try:
            schemes = load(folder)
            line = ", ".join(f"{count} {scheme}" for scheme, count in sorted(schemes.items()))
            failed |= bool(refused)
            print(f"{name}: {'FAILED, refusal expected: ' if refused else ''}{line}", flush=True)
        except Exception as error:
            failed |= not refused
            print(f"{name}: {'refused' if refused else 'FAILED'}: {type(error).__name__}: {str(error).split(chr(10))[0][:160]}", flush=True)
    return failed


sys.exit(main(sys.argv[1:]))

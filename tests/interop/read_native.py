#!/usr/bin/env python3
"""Reads a native packed checkpoint with Python's safetensors and a dequantizer written from core/export/README.md, and checks
that rounding did to the original weights what the error table says.

    tests/interop/read_native.py EXPORTED ORIGINAL TABLE.h5
"""
import json
import pathlib
import sys

import h5py
import numpy as np
from safetensors import deserialize

sys.path.append(str(pathlib.Path(__file__).parent.parent / "fixtures/kernels"))
from make_golden import dynamic_map  # noqa: E402

NF4 = np.array([-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
                -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725,
                0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
                0.7229568362236023, 1.0], dtype=np.float32)
E2M1 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6], dtype=np.float32)
FP4 = np.array([0, 0.005208333333, 0.66666667, 1, 0.33333333, 0.5, 0.16666667, 0.25], np.float32)
FP4 = np.concatenate([FP4, -FP4])
TYPES = {"U8": np.uint8, "F16": np.float16, "F32": np.float32, "BF16": np.uint16, "F8_E4M3": np.uint8}


def load(folder):
    tensors = {}
    for file in sorted(pathlib.Path(folder).glob("*.safetensors")):
        for name, t in deserialize(file.read_bytes()):
            values = np.frombuffer(bytes(t["data"]), dtype=TYPES[t["dtype"]]).reshape(t["shape"])
            if t["dtype"] == "BF16":
                values = (values.astype(np.uint32) << 16).view(np.float32)
            elif t["dtype"] == "F8_E4M3":
                values = e4m3(values)
            tensors[name] = values
    return tensors


def small_float(code, exponent_bits, fraction_bits):
    bias, code = 2 ** (exponent_bits - 1) - 1, code.astype(int)
    sign = np.where(code >> (exponent_bits + fraction_bits) & 1, -1.0, 1.0)
    exponent = code >> fraction_bits & (2**exponent_bits - 1)
    fraction = (code & (2**fraction_bits - 1)) / 2.0**fraction_bits
    value = np.where(exponent == 0, fraction * 2.0 ** (1 - bias), (1 + fraction) * 2.0 ** (exponent - bias))
    return (sign * value).astype(np.float32)


def e4m3(code):
    return small_float(code, 4, 3)


def unpacked(stored, bits, count):
    flat = np.unpackbits(stored, axis=1, bitorder="little")[:, : count * bits].reshape(len(stored), count, bits)
    return (flat.astype(np.int64) << np.arange(bits)).sum(axis=2)


def values_of(code, matrix):
    bits = matrix["bits"]
    if matrix["element"] == "int":
        return np.where(code >> (bits - 1), code - (1 << bits), code).astype(np.float32)
    tables = {"e2m1": E2M1, "nf4": NF4, "fp4": FP4}
    if matrix["element"] in tables:
        return tables[matrix["element"]][code]
    return small_float(code, int(matrix["element"][1]), int(matrix["element"][3]))


def double_quantized(stored, matrix):
    groups = -(-matrix["cols"] // matrix["group"])
    indices = stored[: matrix["rows"] * groups]
    floats = stored[len(indices):].copy().view(np.float32)
    peaks = np.repeat(floats[:-1], 256)[: len(indices)]
    return (dynamic_map()[indices] * peaks + floats[-1]).reshape(-1, groups)


def scales_of(matrix, tensors):
    if "scales" not in matrix["tensors"]:
        return np.ones((matrix["rows"], 1), np.float32)
    scales = tensors[matrix["tensors"]["scales"]]
    if matrix["scale"] == "dynamic8":
        return double_quantized(scales, matrix)
    if len(scales) < matrix["rows"]:
        scales = np.repeat(scales, 128, axis=0)[: matrix["rows"]]
    return np.float32(2.0) ** (scales.astype(np.float32) - 127) if matrix["scale"] == "E8M0" else scales.astype(np.float32)


def dequantized(matrix, tensors):
    names, cols = matrix["tensors"], matrix["cols"]
    if "weight" in names:
        return tensors[names["weight"]]
    scales, width = scales_of(matrix, tensors), matrix["group"] or cols
    code = unpacked(tensors[names["codes"]], matrix["bits"], cols)
    if "zeros" in names:
        zeros = unpacked(tensors[names["zeros"]], matrix["bits"], scales.shape[1])
        values = (code - np.repeat(zeros, width, axis=1)[:, :cols]).astype(np.float32)
    else:
        values = values_of(code, matrix)
    weights = values * np.repeat(scales, width, axis=1)[:, :cols]
    return weights * tensors[names["global"]] if "global" in names else weights


def main(exported, original, table):
    tensors, originals = load(exported), load(original)
    manifest = json.loads((pathlib.Path(exported) / "dynaquant.json").read_text())
    with h5py.File(table) as file:
        rows = list(file["matrices/name"].asstr())
        formats = list(file["formats/name"].asstr())
        squared, largest = file["errors/squared"][:], file["errors/largest"][:]
    for matrix in manifest["matrices"]:
        delta = originals[matrix["name"] + ".weight"].astype(np.float64) - dequantized(matrix, tensors)
        said = rows.index(matrix["name"]), formats.index(matrix["format"])
        # The table's sums are float within 512 columns: at most 12 roundings of 2^-24 a term (kernels/lanes.hpp).
        np.testing.assert_allclose((delta**2).sum(), squared[said], rtol=8e-7, atol=0, err_msg=matrix["name"])
        np.testing.assert_allclose(np.abs(delta).max(), largest[said], rtol=1e-9, atol=0, err_msg=matrix["name"])
    for name in manifest["passthrough"]:
        assert (tensors[name] == originals[name]).all(), name
    print(f"{len(manifest['matrices'])} matrices in {len({m['format'] for m in manifest['matrices']})} formats agree with the table, "
          f"{len(manifest['passthrough'])} other tensors with the original")


if __name__ == "__main__":
    main(*sys.argv[1:])

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

NF4 = np.array([-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
                -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725,
                0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
                0.7229568362236023, 1.0], dtype=np.float32)
E2M1 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6], dtype=np.float32)
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


def e4m3(code):
    sign = np.where(code & 0x80, -1.0, 1.0)
    exponent, fraction = (code.astype(int) >> 3) & 15, code & 7
    value = np.where(exponent == 0, fraction * 2.0**-9, (8 + fraction) * 2.0**(exponent - 10.0))
    return (sign * value).astype(np.float32)


def values_of(codes, matrix):
    bits, cols = matrix["bits"], matrix["cols"]
    flat = np.unpackbits(codes, axis=1, bitorder="little")[:, : cols * bits].reshape(len(codes), cols, bits)
    code = (flat.astype(np.int64) << np.arange(bits)).sum(axis=2)
    if matrix["element"] == "int":
        return np.where(code >> (bits - 1), code - (1 << bits), code).astype(np.float32)
    return {"e4m3": lambda: e4m3(code.astype(np.uint8)), "e2m1": lambda: E2M1[code], "nf4": lambda: NF4[code]}[matrix["element"]]()


def dequantized(matrix, tensors):
    names = matrix["tensors"]
    if "weight" in names:
        return tensors[names["weight"]]
    scales = tensors[names["scales"]].astype(np.float32)
    width = matrix["group"] or matrix["cols"]
    weights = values_of(tensors[names["codes"]], matrix) * np.repeat(scales, width, axis=1)[:, : matrix["cols"]]
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
        # Sums of the same numbers in another order: 1e-9 is far above what that can change.
        np.testing.assert_allclose((delta**2).sum(), squared[said], rtol=1e-9, atol=0, err_msg=matrix["name"])
        np.testing.assert_allclose(np.abs(delta).max(), largest[said], rtol=1e-9, atol=0, err_msg=matrix["name"])
    for name in manifest["passthrough"]:
        assert (tensors[name] == originals[name]).all(), name
    print(f"{len(manifest['matrices'])} matrices in {len({m['format'] for m in manifest['matrices']})} formats agree with the table, "
          f"{len(manifest['passthrough'])} other tensors with the original")


if __name__ == "__main__":
    main(*sys.argv[1:])

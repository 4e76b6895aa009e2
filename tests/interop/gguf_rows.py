"""Writes the matrices of safetensors files as one run of float32, cut to whole rows of 512.

usage: gguf_rows.py OUT FILE...   (files that are missing are passed over)
"""
import json
import os
import struct
import sys


def floats(dtype, raw):
    if dtype == "F32":
        return raw
    if dtype != "BF16":
        return b""
    wide = bytearray(2 * len(raw))
    wide[2::4] = raw[0::2]
    wide[3::4] = raw[1::2]
    return bytes(wide)


def matrices(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    for name, tensor in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__" and len(tensor["shape"]) == 2:
            begin, end = tensor["data_offsets"]
            yield floats(tensor["dtype"], data[8 + length + begin : 8 + length + end])


with open(sys.argv[1], "wb") as out:
    for path in filter(os.path.exists, sys.argv[2:]):
        for matrix in matrices(path):
            out.write(matrix[: len(matrix) // 2048 * 2048])

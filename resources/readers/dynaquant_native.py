"""A native packed checkpoint as NumPy arrays, every format but GGUF's blocks; core/export/README.md draws the layout.

    dynaquant_native.read("demo-4.5")    # {"model.layers.0.mlp.up_proj.weight": float32 [rows, cols], ...}
"""
import json
import pathlib

import numpy as np

KINDS = {"F32": "<f4", "F16": "<f2", "BF16": "<u2", "U8": "u1", "F8_E4M3": "u1"}
NF4 = np.float32([-1, -.6961928009986877, -.5250730514526367, -.39491748809814453, -.28444138169288635, -.18477343022823334,
                  -.09105003625154495, 0, .07958029955625534, .16093020141124725, .24611230194568634, .33791524171829224,
                  .44070982933044434, .5626170039176941, .7229568362236023, 1])
FP4 = np.float32([0, .005208333333, .66666667, 1, .33333333, .5, .16666667, .25])


def small_float(code, exponent_bits, fraction_bits):
    code, bias, one = code.astype(int), 2 ** (exponent_bits - 1) - 1, 2**fraction_bits
    exponent, fraction = code // one % 2**exponent_bits, code % one / one
    value = np.where(exponent == 0, fraction * 2.0 ** (1 - bias), (1 + fraction) * 2.0 ** (exponent - bias))
    return np.float32(np.where(code >> exponent_bits + fraction_bits, -value, value))


def tensors_in(file):
    raw = file.read_bytes()
    data = 8 + int.from_bytes(raw[:8], "little")
    for name, t in json.loads(raw[8:data]).items():
        if name != "__metadata__":
            begin, end = t["data_offsets"]
            array = np.frombuffer(raw[data + begin:data + end], KINDS[t["dtype"]]).reshape(t["shape"])
            widened = (array.astype("<u4") << 16).view("<f4") if t["dtype"] == "BF16" else array
            yield name, small_float(array, 4, 3) if t["dtype"] == "F8_E4M3" else widened


def unpacked(stored, bits, count):
    single = np.unpackbits(stored, axis=1, bitorder="little")[:, :count * bits].reshape(len(stored), count, bits)
    return (single.astype(int) << np.arange(bits)).sum(axis=2)


def scales_of(m, stored):
    if m["scale"] == "dynamic8":  # bitsandbytes' map of 256 numbers, a peak for 256 groups, and the mean
        table, count = [0, 1], m["rows"] * -(-m["cols"] // m["group"])
        for i in range(7):
            k, step = np.arange(2**i + 1), float(np.float32(1) - np.float32(.1)) / 2**i
            ends = np.float32(np.where(k < (2**i + 1) // 2, float(np.float32(.1)) + step * k, 1 - step * (2**i - k)))
            table += [sign * x for x in np.float32(10.0 ** (i - 6)) * ((ends[1:] + ends[:-1]) / np.float32(2)) for sign in (1, -1)]
        floats = stored[count:].view("<f4")
        return (np.sort(np.float32(table))[stored[:count]] * np.repeat(floats[:-1], 256)[:count] + floats[-1]).reshape(m["rows"], -1)
    scales = np.float32(2) ** (np.float32(stored) - 127) if m["scale"] == "E8M0" else np.float32(stored)
    return np.repeat(scales, 128, axis=0)[:m["rows"]] if len(scales) < m["rows"] else scales


def weights_of(m, tensors):
    part, (rows, cols), bits = {k: tensors[v] for k, v in m["tensors"].items()}, (m["rows"], m["cols"]), m["bits"]
    scales = scales_of(m, part["scales"]) if "scales" in part else np.ones((rows, 1), "f4")
    spread = lambda groups: np.repeat(groups, m["group"] or cols, axis=1)[:, :cols]
    code, element = unpacked(part["codes"], bits, cols), m["element"]
    if element == "int":
        value = code - spread(unpacked(part["zeros"], bits, scales.shape[1])) if "zeros" in part else np.where(code >> bits - 1, code - 2**bits, code)
    else:
        value = NF4[code] if element == "nf4" else np.append(FP4, -FP4)[code] if element == "fp4" else small_float(code, int(element[1]), int(element[3]))
    return np.float32(value) * spread(scales) * part.get("global", np.float32(1))


def read(folder):
    tensors = dict(item for file in sorted(pathlib.Path(folder).glob("*.safetensors")) for item in tensors_in(file))
    manifest = json.loads((pathlib.Path(folder) / "dynaquant.json").read_text())
    coded = [m for m in manifest["matrices"] if "codes" in m["tensors"]]
    parts = {tensor for m in coded for tensor in m["tensors"].values()}
    return {m["name"] + ".weight": weights_of(m, tensors) for m in coded} | {name: tensors[name] for name in tensors.keys() - parts}

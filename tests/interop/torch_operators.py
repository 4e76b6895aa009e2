#!/usr/bin/env python3
"""Products by the operators of a library against float64 of weights that numpy decodes from the same random bytes.

    tests/interop/torch_operators.py LIBRARY.so
"""
import sys

import numpy as np
import torch

RANDOM = np.random.default_rng(7)
E2M1 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6])


def e4m3(code):
    code = code.astype(np.int64)
    exponent, fraction = code >> 3 & 15, code & 7
    size = np.where(exponent == 0, fraction / 8 * 2.0**-6, (1 + fraction / 8) * 2.0 ** (exponent - 7))
    return np.where(code >> 7, -size, size)


def packed(codes, bits):
    """Little endian, without gaps, each row from a byte on."""
    flat = (codes[:, :, None] >> np.arange(bits) & 1).astype(np.uint8).reshape(len(codes), -1)
    return np.packbits(flat, axis=1, bitorder="little")


def integers(bits, group, zero_points=False):
    def make(rows, cols):
        groups = -(-cols // group)
        codes = RANDOM.integers(0, 1 << bits, (rows, cols))
        scales = (RANDOM.random((rows, groups)) * 0.01 + 0.001).astype(np.float16)
        zeros = RANDOM.integers(0, 1 << bits, (rows, groups)) if zero_points else None
        numbers = codes if zero_points else codes - (codes >> (bits - 1) << bits)
        spread = lambda per_group: np.repeat(per_group, group, axis=1)[:, :cols]  # noqa: E731
        weights = (numbers - (spread(zeros) if zero_points else 0)) * spread(scales).astype(np.float64)
        beside = scales.view(np.uint8).reshape(rows, -1)
        if zero_points:
            beside = np.concatenate([beside, packed(zeros, bits)], axis=1)
        return packed(codes, bits), beside, 1.0, weights
    return make


def nvfp4(rows, cols):
    codes = RANDOM.integers(0, 16, (rows, cols))
    scales = RANDOM.integers(0, 0x7F, (rows, cols // 16)).astype(np.uint8)
    weights = E2M1[codes] * np.repeat(e4m3(scales), 16, axis=1) * 2.0**-12
    return packed(codes, 4), scales, 2.0**-12, weights


def fp8(rows, cols):
    codes = RANDOM.integers(0, 256, (rows, cols))
    codes[codes & 0x7F == 0x7F] = 0  # no numbers
    scales = RANDOM.random((rows, 1)).astype(np.float32)
    return codes.astype(np.uint8), scales.view(np.uint8), 1.0, e4m3(codes) * scales


def mxfp4(rows, cols):
    codes = RANDOM.integers(0, 16, (rows, cols))
    scales = RANDOM.integers(110, 130, (rows, cols // 32)).astype(np.uint8)
    return packed(codes, 4), scales, 1.0, E2M1[codes] * np.repeat(2.0 ** (scales.astype(np.float64) - 127), 32, axis=1)


FORMATS = {f"int{bits}-g{group}": integers(bits, group) for bits in range(2, 9) for group in (32, 128)}
FORMATS |= {"int4a-g32": integers(4, 32, True), "int8a-g128": integers(8, 128, True), "nvfp4": nvfp4, "mxfp4": mxfp4, "fp8-e4m3": fp8}


def matrix(name, rows, cols, device):
    codes, scales, factor, weights = FORMATS[name](rows, cols)
    flat = lambda array: torch.from_numpy(np.ascontiguousarray(array).reshape(-1))  # noqa: E731
    return torch.ops.dynaquant.repack(flat(codes), flat(scales), name, rows, cols, factor, device), weights


def compare(device):
    worst = 0.0
    for cols in (64, 512, 1056):
        for batch in (1, 4, 13):
            x = torch.randn(batch, cols).to(torch.bfloat16)
            made = [matrix(name, 37, cols, device) for name in FORMATS]
            # eight at a time: what one launch takes
            for first in range(0, len(made), 8):
                part = made[first:first + 8]
                results = torch.ops.dynaquant.matvec([m for m, _ in part], x.to(device))
                for y, (_, weights) in zip(results, part):
                    wanted = x.double().numpy() @ weights.T
                    worst = max(worst, np.abs(y.cpu().double().numpy() - wanted).max() / np.abs(wanted).max())
    print(f"{device}: {len(FORMATS)} formats, 37 rows, 64 to 1056 columns, 1 to 13 inputs: largest error {worst:.2e} of the largest result")
    return worst <= 1e-4  # FP32 sums, of BF16 pairs where a processor has them


def refuses():
    try:
        torch.ops.dynaquant.repack(torch.zeros(3, dtype=torch.uint8), torch.zeros(0, dtype=torch.uint8), "int4-g32", 1, 32, 1.0, "cpu")
    except RuntimeError as error:
        return "3 bytes of codes" in str(error)
    return False


torch.ops.load_library(sys.argv[1])
print("torch", torch.__version__)
well = compare("cpu") and refuses()
if torch.cuda.is_available():
    well = compare("cuda") and well
sys.exit(0 if well else "the operators do not agree")

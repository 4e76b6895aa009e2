#!/usr/bin/env python3
"""Our export of a GGUF file and llama-quantize's, by turns: the same input, threads and types; times, memory, and whether all tensors are equal.

    tests/bench/export_against_stock.py EXPORT_BENCH INPUT.gguf WORK [THREADS] [TYPE ...]

INPUT is a BF16 file of ours. llama-quantize is the function it consists of, llama_model_quantize of llama-cpp-python's libllama, pure: all
matrices in one type; for TYPE-imx under an importance matrix, which both make of the same formula. Times are of the processor and on the wall; both write to WORK and neither waits for the disk but for our last flush.
"""
import ctypes
import pathlib
import resource
import subprocess
import sys
import time

import gguf
import llama_cpp
import numpy as np

FILE_TYPES = {"q4_0": 2, "q8_0": 7, "q2_k": 10, "q3_k": 11, "q4_k": 14, "q5_k": 16, "q6_k": 18, "iq4_nl": 25, "iq4_xs": 30}


@llama_cpp.llama_log_callback
def silent(level, text, data):
    pass


def used(whom):
    usage = resource.getrusage(whom)
    return usage.ru_utime + usage.ru_stime


def importance(source):
    """As export_bench makes it: of every matrix, for each of its columns; ended by one without a name."""
    entries, kept = [], []
    for tensor in gguf.GGUFReader(source).tensors:
        if len(tensor.shape) < 2:
            continue
        columns = np.arange(int(tensor.shape[0]), dtype=np.int64)
        kept.append((columns * 7919 % 1000).astype(np.float32) / np.float32(1000) + np.float32(0.25))
        entries.append((tensor.name.encode(), kept[-1].ctypes.data_as(ctypes.POINTER(ctypes.c_float)), len(columns)))
    return (llama_cpp.llama_model_imatrix_data * (len(entries) + 1))(*entries), kept


def stock(source, target, kind, threads):
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.nthread, parameters.ftype, parameters.pure = threads, FILE_TYPES[kind.removesuffix("-imx")], True
    if kind.endswith("-imx"):
        matrix, kept = importance(source)
        parameters.imatrix = ctypes.cast(matrix, ctypes.POINTER(llama_cpp.llama_model_imatrix_data))
    start, before = time.perf_counter(), used(resource.RUSAGE_SELF)
    assert llama_cpp.llama_model_quantize(str(source).encode(), str(target).encode(), parameters) == 0
    return time.perf_counter() - start, used(resource.RUSAGE_SELF) - before


def ours(bench, source, target, kind, threads):
    start, before = time.perf_counter(), used(resource.RUSAGE_CHILDREN)
    said = subprocess.run([bench, source, target, "gguf", kind, str(threads)], check=True, capture_output=True, text=True).stdout
    return time.perf_counter() - start, used(resource.RUSAGE_CHILDREN) - before, said.strip()


def unequal(one, other):
    a, b = ({t.name: t for t in gguf.GGUFReader(path).tensors} for path in (one, other))
    assert a.keys() == b.keys(), a.keys() ^ b.keys()
    return [name for name in a if a[name].tensor_type != b[name].tensor_type or a[name].data.tobytes() != b[name].data.tobytes()]


def main(bench, source, work, threads="2", *kinds):
    llama_cpp.llama_log_set(silent, None)
    for kind in kinds or [*FILE_TYPES, *(name + "-imx" for name in FILE_TYPES if name != "q8_0")]:
        theirs_file, our_file = (pathlib.Path(work) / f"{who}-{kind}.gguf" for who in ("stock", "ours"))
        wall, processor, said = ours(bench, source, our_file, kind, int(threads))
        stock_wall, stock_processor = stock(source, theirs_file, kind, int(threads))
        different = unequal(our_file, theirs_file)
        print(f"{kind}: stock {stock_wall:.2f} s, {stock_processor:.2f} of processor time; ours, read back, {wall:.2f} s, {processor:.2f}: "
              f"{stock_wall / wall:.1f} and {stock_processor / processor:.1f} times; "
              + (f"UNEQUAL {different[:3]}" if different else "all tensors equal") + f"\n    {said}", flush=True)
        for file in (theirs_file, our_file):
            file.unlink()


main(*sys.argv[1:])

#!/usr/bin/env python3
"""An export against the disk: by turns, reading the model alone, writing and flushing as many bytes as the export has alone, and the export.

    tests/bench/export_against_disk.py EXPORT_BENCH MODEL WORK TARGET FORMAT [ROUNDS]

Each time the model is no longer in the page cache. The limit of a round is the slower of reading and writing; the export's share of it is what
is wanted to be 0.90 or more. The export's time has its last flush, its reading back and the start of the program in it.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

STEP = 4 << 20


def files_of(place):
    place = pathlib.Path(place)
    return sorted(place.rglob("*")) if place.is_dir() else [place]


def forget(place):
    for file in files_of(place):
        if file.is_file():
            descriptor = os.open(file, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def remove(place):
    place = pathlib.Path(place)
    shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def read(place):
    buffer, total = bytearray(STEP), 0
    for file in files_of(place):
        if file.suffix in (".safetensors", ".gguf"):
            with open(file, "rb", buffering=0) as opened:
                while count := opened.readinto(buffer):
                    total += count
    return total


def write(path, total):
    block = os.urandom(STEP)
    with open(path, "wb", buffering=0) as opened:
        for at in range(0, total, STEP):
            opened.write(block[: min(STEP, total - at)])
        os.fsync(opened.fileno())


def main(bench, model, work, target, kind, rounds="3"):
    output, plain = pathlib.Path(work) / "export.out", pathlib.Path(work) / "plain.out"
    shares = []
    for _ in range(int(rounds)):
        forget(model)
        ours, said = timed(lambda: subprocess.run([bench, model, output, target, kind], check=True, capture_output=True, text=True).stdout)
        size = sum(file.stat().st_size for file in files_of(output) if file.is_file())
        remove(output)
        forget(model)
        reading, total = timed(lambda: read(model))
        writing, _ = timed(lambda: write(plain, size))
        remove(plain)
        shares.append(max(reading, writing) / ours)
        print(f"{target} {kind}: reading {total / 1e6:.0f} MB {reading:.2f} s, writing {size / 1e6:.0f} MB {writing:.2f} s, the export {ours:.2f} s: "
              f"{shares[-1]:.2f} of the slower\n    {said.strip()}", flush=True)
    print(f"{target} {kind}: {statistics.median(shares):.2f} of the slower (median of {rounds})")


main(*sys.argv[1:])

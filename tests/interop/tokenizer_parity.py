#!/usr/bin/env python3
"""Holds our tokenizer against Python's tokenizers on every family of tokenizer_families.py: the same ids, and how fast each is.

    tests/interop/tokenizer_parity.py make FOLDER              trains, writes FOLDER/*.json and FOLDER/*.txt (mixed text, by kind)
    tests/interop/tokenizer_parity.py compare FOLDER BENCH [TEXT ...]     BENCH is the program tokenizer_bench; all texts unless some are named

Both run on one thread, whose processor time is taken; theirs at its best, a batch of pieces of 4000 characters without offsets. Broken UTF-8 is read with errors="replace", which is what we promise.
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import sysconfig
import time
import unicodedata

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy as np
from tokenizers import Tokenizer, normalizers

import tokenizer_families as families

SHARED = pathlib.Path(__file__).resolve().parents[3] / "shared" / "text"


def library_code(limit):
    """Python's own library: code and English of many hands, on every machine."""
    text = []
    for file in sorted(pathlib.Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
        text.append(file.read_text(encoding="utf-8", errors="replace"))
        if sum(map(len, text)) > limit:
            break
    return "".join(text)


def chain(text, count, rng):
    """New sentences with the neighbourhoods of a text: what comes behind a character is what once came behind it."""
    after = {}
    for left, right in zip(text, text[1:]):
        after.setdefault(left, []).append(right)
    result, now = [], text[0]
    for _ in range(count):
        now = rng.choice(after.get(now) or [text[0]])
        result.append(now)
    return "".join(result)


def only(text, *ranges):
    return "".join(c for c in text if c in " ,.\n" or any(low <= ord(c) <= high for low, high in ranges))


ALPHABETS = {"chinese": [(0x4E00, 0x9FFF), (0x3000, 0x3002), (0xFF0C, 0xFF1F)], "arabic": [(0x600, 0x6FF)], "cyrillic": [(0x400, 0x4FF)]}


def strange(rng, count):
    """Characters of every kind that patterns and normal forms treat specially."""
    wild = [(0x20, 0x7E), (0x00, 0x1F), (0x80, 0x24F), (0x300, 0x36F), (0x900, 0x97F), (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x206F),
            (0x2150, 0x218F), (0x3040, 0x30FF), (0xAC00, 0xACFF), (0xF900, 0xF9FF), (0xFB00, 0xFB4F), (0xFE00, 0xFE0F), (0x1F300, 0x1F64F),
            (0x1F1E6, 0x1F1FF), (0x1D400, 0x1D4FF), (0x20000, 0x200FF)]
    pieces = ["'s", "'LL", "'\u017f", "\r\n", "  ", "\n\n\n", "\t", "<|endoftext|>", "<s>", "\u2581", "\u00a0", "\ufeff", "\u200d", "1234567",
              "</tool_call>", "<|user|> ", "[INST]", "A\u0301", "\u0130stanbul", "\u03a3\u03a3\u03c2", "//", "\u1e9b\u0323", "\U0001f468\u200d\U0001f469"]
    result = []
    while len(result) < count:
        if rng.random() < 0.15:
            result.append(rng.choice(pieces))
        else:
            low, high = rng.choice(wild)
            result.extend(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 6)))
    return "".join(result)


def broken(rng, text, faults):
    data = bytearray(text.encode("utf-8"))
    for _ in range(faults):
        at = rng.randrange(len(data))
        data[at] = rng.randrange(256)
    return bytes(data)


def texts(rng):
    code = library_code(3_000_000)
    kinds = {"code": code[:1_500_000].encode()}
    shared = {file.stem: file.read_text(encoding="utf-8", errors="replace") for file in SHARED.glob("*.utf8")} if SHARED.exists() else {}
    english = shared.get("wiki", "") + shared.get("c4", "") or code[1_500_000:]
    kinds["english"] = english[:2_000_000].encode()
    many = "".join(shared.values())
    for name, ranges in ALPHABETS.items():
        seed = only(many, *ranges) if many else "".join(chr(rng.randint(*ranges[0])) for _ in range(5000))
        kinds[name] = chain(seed, 150_000, rng).encode()
    kinds["strange"] = strange(rng, 150_000).encode()
    kinds["broken"] = broken(rng, strange(rng, 50_000) + english[:100_000], 5_000)
    mixed, rest = [], {name: data.decode("utf-8", "replace") for name, data in kinds.items()}
    while any(rest.values()):
        name = rng.choice([name for name, left in rest.items() if left])
        cut = rng.randint(200, 4000)
        mixed.append(rest[name][:cut])
        rest[name] = rest[name][cut:]
    kinds["mixed"] = "".join(mixed).encode()
    return kinds, english[:1_500_000] + code[1_500_000:2_500_000] + "".join(chain(only(many, *r) or "x", 60_000, rng) for r in ALPHABETS.values())


def make(folder, size=24_000):
    rng = random.Random(7)
    folder.mkdir(parents=True, exist_ok=True)
    kinds, training = texts(rng)
    for name, data in kinds.items():
        (folder / (name + ".txt")).write_bytes(data)
    lines = training.splitlines()
    made = list(families.byte_families(families.train_bytes(lines, size)))
    made += families.piece_families(families.train_pieces(lines, size, ["<unk>", "<s>", "</s>"]))
    for name, description in made:
        (folder / (name + ".json")).write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")


def first_difference(name, kind, text, ours, theirs, tokenizer):
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
    near = tokenizer.decode(theirs[max(0, at - 5):at + 5].tolist())
    sys.exit(f"{name}, {kind}: token {at} of {len(theirs)} differs: ours {ours[at:at + 5]}, theirs {theirs[at:at + 5]}, near {near!r}")


def younger():
    """Characters that Unicode changed after the tables of Python's tokenizers (9, for its normal forms) were made: it composes, orders
    or strips them as unassigned ones. We follow Unicode 15, and leave these out of the comparison."""
    forms = [(normalizers.NFKD(), "NFKD"), (normalizers.NFKC(), "NFKC")]
    strip, found = normalizers.StripAccents(), set()
    for c in map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x20000))):
        category = unicodedata.category(c)
        mark = category[0] == "M"
        probe = "a" + c + "\u0334" if mark else c
        if any(form.normalize_str(probe) != unicodedata.normalize(name, probe) for form, name in forms) or \
                mark != (strip.normalize_str("a" + c) == "a") or category == "Cn":
            found.add(c)
    return found


def their_seconds(tokenizer, text):
    pieces = [text[at:at + 4000] for at in range(0, len(text), 4000)]
    began = time.process_time()
    tokenizer.encode_batch_fast(pieces)
    return time.process_time() - began


def compare(folder, bench, wanted):
    left_out = {ord(c): "?" for c in younger()}
    print(f"{'family':10} {'text':9} {'MB':>6} {'tokens':>8} {'ours MB/s':>10} {'theirs':>7} {'ratio':>6}")
    total = 0
    for file in sorted(folder.glob("*.json")):
        tokenizer = Tokenizer.from_file(str(file))
        for text_file in sorted(folder.glob("*.txt")):
            if wanted and text_file.stem not in wanted:
                continue
            data = text_file.read_bytes().decode("utf-8", "surrogateescape").translate(left_out).encode("utf-8", "surrogateescape")
            text = data.decode("utf-8", errors="replace")
            ids_file, given = folder / "ids.bin", folder / "given.bin"
            given.write_bytes(data)
            said = subprocess.run([bench, "--ids", file, given, ids_file], check=True, capture_output=True, text=True).stdout
            ours = np.fromfile(ids_file, dtype=np.int32)
            theirs = np.array(tokenizer.encode(text).ids, dtype=np.int32)
            if not np.array_equal(ours, theirs):
                first_difference(file.stem, text_file.stem, text, ours, theirs, tokenizer)
            total += len(data)
            rate, other = float(said), len(data) / their_seconds(tokenizer, text) / 1e6
            print(f"{file.stem:10} {text_file.stem:9} {len(data) / 1e6:6.2f} {len(ours):8} {rate:10.1f} {other:7.2f} {rate / other:6.1f}", flush=True)
    print(f"the same ids for {total / 1e6:.1f} MB of text")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "make":
        make(pathlib.Path(sys.argv[2]))
    elif len(sys.argv) >= 4 and sys.argv[1] == "compare":
        compare(pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4:])
    else:
        sys.exit(__doc__)

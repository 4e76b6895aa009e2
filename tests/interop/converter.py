#!/usr/bin/env python3
"""Holds a GGUF file against the one that llama.cpp's converter made of the same model: every tensor, every key.

    tests/interop/converter.py OURS.gguf THEIRS.gguf

Tensors must be equal in name, type, shape and bytes; of the keys, those of `general.` describe a file and its maker.
"""
import sys

from gguf import GGUFReader


def main(ours, theirs):
    ours, theirs = GGUFReader(ours), GGUFReader(theirs)
    mine, other = ({t.name: t for t in reader.tensors} for reader in (ours, theirs))
    assert mine.keys() == other.keys(), f"tensors of one only: {sorted(mine.keys() ^ other.keys())}"
    for name, tensor in mine.items():
        found = other[name]
        assert tensor.tensor_type == found.tensor_type, f"{name}: {tensor.tensor_type.name}, theirs {found.tensor_type.name}"
        assert list(tensor.shape) == list(found.shape), f"{name}: {tensor.shape}, theirs {found.shape}"
        assert tensor.data.tobytes() == found.data.tobytes(), f"{name}: other bytes"
    keys = [{k: f.contents() for k, f in reader.fields.items() if not k.startswith(("general.", "GGUF."))} for reader in (ours, theirs)]
    different = [k for k in keys[0].keys() & keys[1].keys() if keys[0][k] != keys[1][k]]
    alone = [sorted(k for k in keys[i].keys() - keys[1 - i].keys()) for i in (0, 1)]
    print(f"{len(mine)} tensors equal; keys: {len(keys[0].keys() & keys[1].keys()) - len(different)} equal, "
          f"different {[(k, str(keys[0][k])[:40], str(keys[1][k])[:40]) for k in sorted(different)]}, ours alone {alone[0]}, theirs alone {alone[1]}")


main(*sys.argv[1:])

"""Checks an imatrix that DynaQuant wrote with Python's gguf, against the table it came from.

    python read_imatrix.py FILE.gguf TABLE.h5

Every tensor is a pair of sums and counts; the mean squares are those of the table's matrices of the same width and order.
"""
import sys

import gguf
import h5py
import numpy

NAMES = {"q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down"}


def main(file, table):
    reader = gguf.GGUFReader(file)
    assert reader.fields["general.type"].contents() == "imatrix"
    for key in ("imatrix.datasets", "imatrix.chunk_count", "imatrix.chunk_size"):
        assert key in reader.fields, key
    tensors = {t.name: numpy.array(t.data, dtype=numpy.float64) for t in reader.tensors}
    checked = 0
    with h5py.File(table) as h5:
        offsets, values = h5["input_moment/offsets"][:], h5["input_moment/values"][:]
        for i, (role, block) in enumerate(zip(h5["matrices/role"][:], h5["matrices/block"][:])):
            if role.decode() not in NAMES:
                continue
            name = f"blk.{block}.{NAMES[role.decode()]}.weight"
            mean = tensors[name + ".in_sum2"] / tensors[name + ".counts"]
            known = values[offsets[i]:offsets[i + 1]]
            assert numpy.allclose(mean.reshape(-1), known, rtol=1e-5), name
            checked += 1
    assert checked > 0
    print(f"{checked} matrices agree")


main(*sys.argv[1:3])

"""Reads a measured table with h5py: shapes agree, units are written, every number is finite and sensible."""
import sys

import h5py
import numpy as np


def main(path: str) -> None:
    with h5py.File(path, "r") as table:
        formats = table["formats"].shape[0]
        matrices = table["matrices/squared"].shape[0]
        assert formats > 20 and matrices > 0, (formats, matrices)
        numbers = 0

        def look(name, item):
            nonlocal numbers
            if not isinstance(item, h5py.Dataset) or item.dtype.kind not in "fi":
                return
            numbers += 1
            assert "unit" in item.attrs, f"{name} has no unit"
            assert np.isfinite(item[...]).all(), f"{name} is not finite"
            if name.startswith("errors/"):
                assert item.shape == (matrices, formats), (name, item.shape)
                assert (item[...] >= 0).all(), f"{name} is negative"

        table.visititems(look)
        assert numbers >= 8, numbers
        print(f"h5py {h5py.__version__}: {matrices} matrices x {formats} formats, {numbers} numeric datasets")


main(sys.argv[1])

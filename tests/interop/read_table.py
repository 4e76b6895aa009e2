#!/usr/bin/env python3
"""Prints what h5py sees in an error table: tests/interop/read_table.py TABLE.h5"""
import sys

import h5py

with h5py.File(sys.argv[1]) as table:
    for name, value in sorted(table.attrs.items()):
        print(f"{name} = {value.decode() if isinstance(value, bytes) else value}")
    columns = []
    table.visititems(lambda name, item: columns.append(item) if isinstance(item, h5py.Dataset) else None)
    for column in columns:
        filters = (column.compression, column.shuffle, column.fletcher32)
        assert filters == ("gzip", True, True), (column.name, filters)
        print(f"{column.name} {column.dtype} {column.shape} [{column.attrs['unit'].decode()}]")
    print(table["matrices/name"].asstr()[:3])

"""The UTF-8 bytes and offsets behind an Arrow column of strings, without a copy where Arrow allows it."""

from __future__ import annotations

from itertools import zip_longest

import numpy as np
import pyarrow as pa


def utf8(column: pa.ChunkedArray | pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """(offsets int64[n + 1], bytes uint8[offsets[-1]]) of a column of strings; a null is an empty string."""
    if isinstance(column, pa.ChunkedArray):
        array = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    else:
        array = column
    if array.type != pa.large_string():
        array = array.cast(pa.large_string())
    if array.null_count:
        array = array.fill_null("")
    _, offsets_buffer, bytes_buffer = array.buffers()
    if not offsets_buffer:
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    offsets = np.frombuffer(offsets_buffer, np.int64)[array.offset : array.offset + len(array) + 1]
    return offsets, np.frombuffer(bytes_buffer, np.uint8) if bytes_buffer else np.zeros(0, np.uint8)


def views(column: pa.ChunkedArray | pa.Array, positions: np.ndarray | slice = slice(None)) -> list[memoryview]:
    """The UTF-8 bytes of the strings at some positions, or of all, without a copy."""
    offsets, utf8_bytes = utf8(column)
    view = utf8_bytes.data
    bounds = zip(offsets[:-1][positions].tolist(), offsets[1:][positions].tolist(), strict=True)
    return [view[start:stop] for start, stop in bounds]


def strings(column: pa.ChunkedArray | pa.Array, positions: np.ndarray) -> list[str]:
    """The strings at some positions; a null is an empty one. Arrow's own `take` and `to_pylist` take three times as long."""
    return [str(view, "utf-8") for view in views(column, positions)]


def scratch(size: int) -> tuple[pa.Buffer, np.ndarray]:
    """Bytes to write to, and a view of them, from Arrow's pool, which need not ask the system for fresh pages each time."""
    buffer = pa.allocate_buffer(size)
    return buffer, np.frombuffer(buffer, np.uint8)


def spliced(column: pa.ChunkedArray | pa.Array, positions: np.ndarray, values: pa.LargeStringArray) -> pa.LargeStringArray:
    """A column of strings without nulls, with other values at some positions; what lies between is copied in one piece.

    `positions`: int64[k], ascending. Arrow's own `replace_with_mask` goes value by value and takes ten times as long.
    """
    offsets, utf8_bytes = utf8(column)
    value_offsets, value_bytes = utf8(values)
    lengths = np.diff(offsets)
    lengths[positions] = np.diff(value_offsets)
    borders = np.concatenate([[0], np.cumsum(lengths)])
    (buffer, out), place = scratch(int(borders[-1])), 0
    firsts, lasts = np.append(offsets[0], offsets[positions + 1]).tolist(), np.append(offsets[positions], offsets[-1]).tolist()
    starts, stops = value_offsets[:-1].tolist(), value_offsets[1:].tolist()
    for first, last, start, stop in zip_longest(firsts, lasts, starts, stops, fillvalue=0):
        out[place : place + last - first] = utf8_bytes[first:last]
        place += last - first
        out[place : place + stop - start] = value_bytes[start:stop]
        place += stop - start
    return pa.LargeStringArray.from_buffers(len(lengths), pa.py_buffer(borders), buffer)

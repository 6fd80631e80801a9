"""The index of a release: what is kept of each document, so that a later build need not read the texts again.

The files of `index/` are parallel to those of `data/` and `removed/`, row for row: file and row are a document's address.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

KEY, SPLIT_KEY = "key", "split_key"
INDEX = pa.schema(
    [
        ("id", pa.string()),
        ("doc_id", pa.string()),
        (KEY, pa.binary(16)),  # the canonical key of the published text; null for a document that was dropped
        (SPLIT_KEY, pa.uint64()),  # the key whose hash chose the split: the smallest one among the documents that are near
    ]
)  # behind these columns stand those that corpus steps remember, such as the signatures of `dedup.near`


def packed_keys(keys: np.ndarray) -> pa.FixedSizeBinaryArray:
    """Canonical keys, uint64[n, 2], as binary[16]: two little-endian numbers, the high half first."""
    return packed(np.ascontiguousarray(keys.astype("<u8", copy=False)))


def unpacked_keys(column: pa.ChunkedArray) -> np.ndarray:
    """uint64[n, 2]: what `packed_keys` was given; a column without nulls."""
    return unpacked(column, "<u8")


def packed(values: np.ndarray) -> pa.FixedSizeBinaryArray:
    """The bytes of each row of a contiguous matrix."""
    width = values.shape[1] * values.itemsize
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(values), [None, pa.py_buffer(values.reshape(-1))])


def unpacked(column: pa.ChunkedArray, kind: str) -> np.ndarray:
    """kind[n, width]: the matrix that `packed` was given; a column without nulls."""
    array = column.combine_chunks()
    width = array.type.byte_width // np.dtype(kind).itemsize
    numbers = np.frombuffer(array.buffers()[1], kind).reshape(-1, width)
    return numbers[array.offset : array.offset + len(array)]

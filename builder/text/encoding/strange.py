"""Where a text looks least like written Chinese: the stretch whose weights sum to the least, in compiled code."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.classes import DECODABLE
from builder.text.decoding import decoded
from builder.text.encoding.legibility import weights
from builder.text.kernel import kernel
from builder.text.readonly import INT64, UINT8, read

INT8 = read("int8")


@kernel(f"void({INT64}, {UINT8}, {INT8}, int64[::1])")
def _deepest(offsets: np.ndarray, utf8_bytes: np.ndarray, weight_of: np.ndarray, deepest: np.ndarray) -> None:
    for row in range(offsets.size - 1):
        place, end = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        depth = most = 0
        while place < end:
            code, place = decoded(utf8_bytes, place)
            depth = max(depth - weight_of[code], 0)
            most = max(most, depth)
        deepest[row] = most


@kernel(f"int64({INT8}, int64[::1])")
def _best(gains: np.ndarray, borders: np.ndarray) -> int:
    """Kadane's algorithm: the sum of the best stretch; its borders are written."""
    best = height = start = 0
    borders[:] = 0
    for place in range(gains.size):
        if height <= 0:
            height, start = 0, place
        height += gains[place]
        if height > best:
            best = height
            borders[0], borders[1] = start, place + 1
    return best


@cache
def _weight_of() -> np.ndarray:
    """int8[DECODABLE]: the weights, for a kernel that reads malformed text as well."""
    table = np.zeros(DECODABLE, np.int8)
    table[: weights().size] = weights()
    table.flags.writeable = False
    return table


def strangeness(texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """int64[n]: the largest sum of a stretch of each text, weights counted the other way round; a null has 0."""
    offsets, utf8_bytes = utf8(texts)
    deepest = np.zeros(offsets.size - 1, np.int64)
    _deepest(offsets, utf8_bytes, _weight_of(), deepest)
    return deepest


def best_stretch(gains: np.ndarray) -> tuple[int, int, int]:
    """(sum, start, end) of the stretch of int8 gains that sums to the most; (0, 0, 0) where none is above 0."""
    borders = np.zeros(2, np.int64)
    best = _best(gains, borders)
    return best, int(borders[0]), int(borders[1])

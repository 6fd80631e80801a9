"""Which texts hold one of some pairs of characters near their beginning: what an expression is then looked for in."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.kinds import bit_table
from builder.text.readonly import INT64, UINT8


@kernel(f"void({INT64}, {UINT8}, {INT64}, int64, {UINT8}, {UINT8}, uint8[::1])")
def _find(
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    rows: np.ndarray,
    size: int,
    firsts: np.ndarray,
    seconds: np.ndarray,
    found: np.ndarray,
) -> None:
    """Set `found` of each text. `firsts`, `seconds`: the bits of the pairs that a code point begins and ends."""
    for number in range(rows.size):
        place, end = np.uint64(offsets[rows[number]]), np.uint64(offsets[rows[number] + 1])
        end = min(end, place + np.uint64(size))
        before = np.uint8(0)
        while place < end and not found[number]:
            code, place = decoded(utf8_bytes, place)
            found[number] = (before & seconds[code]) != 0
            before = firsts[code]


@cache
def _tables(pairs: tuple[tuple[str, str], ...]) -> tuple[np.ndarray, np.ndarray]:
    """(uint8[DECODABLE], uint8[DECODABLE]): the bits of the pairs that each code point begins and ends."""
    bits = [1 << number for number in range(len(pairs))]
    firsts, seconds = zip(*pairs, strict=True)
    return bit_table((), tuple(zip(firsts, bits, strict=True))), bit_table((), tuple(zip(seconds, bits, strict=True)))


def holding_pairs(
    texts: pa.ChunkedArray | pa.Array, rows: np.ndarray, size: int, pairs: tuple[tuple[str, str], ...]
) -> np.ndarray:
    """Those of `rows` (int64[k]) whose first `size` bytes hold a pair: one of a few characters, and one of others behind it.

    At most eight pairs, each of the characters that begin it and of those that end it.
    """
    offsets, utf8_bytes = utf8(texts)
    found = np.zeros(rows.size, np.uint8)
    _find(offsets, utf8_bytes, rows, size, *_tables(pairs), found)
    return rows[found > 0]

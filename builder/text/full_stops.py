"""Full stops of a text, in all their forms, counted until there are enough of them. Compiled.

The ideographic, fullwidth and halfwidth ones count anywhere. The ASCII one counts behind a character that is not ASCII, or
behind a word and before a space; those of `...` do not.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.readonly import INT64, UINT8

STOPS = tuple(map(ord, "\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH FULL STOP}\N{HALFWIDTH IDEOGRAPHIC FULL STOP}"))
DOT = ord(".")
CLOSERS = tuple(map(ord, ")]\"'`"))  # may stand between a word and its full stop


@kernel(f"void({INT64}, {UINT8}, {INT64}, {INT64}, int64[::1])")
def _count(offsets: np.ndarray, utf8_bytes: np.ndarray, rows: np.ndarray, enough: np.ndarray, stops: np.ndarray) -> None:
    """Fill `stops`."""
    for number in range(rows.size):
        place, end = np.uint64(offsets[rows[number]]), np.uint64(offsets[rows[number] + 1])
        before = np.uint32(0)
        found = 0
        while place < end and found < enough[number]:
            code, place = decoded(utf8_bytes, place)
            if code in STOPS:
                found += 1
            elif code == DOT:
                after = np.uint8(0x20) if place == end else utf8_bytes[place]
                small = before | np.uint32(0x20)
                word = (small >= 0x61 and small <= 0x7A) or before in CLOSERS
                if (before >= 0x80 and after != DOT) or (word and (after == 0x20 or 0x09 <= after <= 0x0D)):
                    found += 1
            before = code
        stops[number] = found


def full_stops(texts: pa.ChunkedArray | pa.Array, rows: np.ndarray, enough: np.ndarray) -> np.ndarray:
    """int64[k]: full stops of each text of `rows` (positions), those behind the first `enough` (int64[k]) left out."""
    offsets, utf8_bytes = utf8(texts)
    stops = np.zeros(rows.size, np.int64)
    _count(offsets, utf8_bytes, rows, enough, stops)
    return stops

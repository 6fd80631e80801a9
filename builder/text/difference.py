"""Where two texts begin to differ, and what stands around it, in UTF-8, for many pairs in one compiled pass."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.kernel import kernel
from builder.text.readonly import INT64, UINT8


def surroundings(before: pa.ChunkedArray, rows: np.ndarray, after: pa.Array, lead: int, size: int) -> np.ndarray:
    """int64[3, k]: the bytes around the first difference of each text of `after` and the text of `before` at its row.

    They are where both excerpts begin, no more than `lead` characters before the difference, and where that of the one and that
    of the other end, behind `size` characters. A text that goes on behind the end of the other differs where that ends.
    """
    found = np.empty((3, len(rows)), np.int64)
    _surround(*utf8(before), rows, *utf8(after), lead, size, found)
    return found


def differ(before: pa.ChunkedArray, rows: np.ndarray, after: pa.Array) -> np.ndarray:
    """bool[k]: whether each text of `after` is another than the text of `before` at its row."""
    start, stop, new_stop = surroundings(before, rows, after, 0, 1)
    return (start < stop) | (start < new_stop)


@kernel(f"int64({UINT8}, int64, int64, int64)")
def _behind(utf8_bytes: np.ndarray, place: int, end: int, chars: int) -> int:
    """The place behind so many characters, or the end."""
    while place < end and chars:
        place += 1
        while place < end and utf8_bytes[place] & 0xC0 == 0x80:
            place += 1
        chars -= 1
    return place


@kernel(f"void({INT64}, {UINT8}, {INT64}, {INT64}, {UINT8}, int64, int64, int64[:,::1])")
def _surround(
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    rows: np.ndarray,
    new_offsets: np.ndarray,
    new_bytes: np.ndarray,
    lead: int,
    size: int,
    found: np.ndarray,
) -> None:
    """Fill `found`."""
    for number in range(rows.size):
        first, end = offsets[rows[number]], offsets[rows[number] + 1]
        new_first, new_end = new_offsets[number], new_offsets[number + 1]
        same, shorter = 0, min(end - first, new_end - new_first)
        while same < shorter and utf8_bytes[first + same] == new_bytes[new_first + same]:
            same += 1
        # To the beginning of the character, which one of the texts may end before.
        while same and (
            (first + same < end and utf8_bytes[first + same] & 0xC0 == 0x80)
            or (new_first + same < new_end and new_bytes[new_first + same] & 0xC0 == 0x80)
        ):
            same -= 1
        for _ in range(lead):
            same -= same > 0
            while same and utf8_bytes[first + same] & 0xC0 == 0x80:
                same -= 1
        found[0, number] = same
        found[1, number] = _behind(utf8_bytes, first + same, end, size) - first
        found[2, number] = _behind(new_bytes, new_first + same, new_end, size) - new_first

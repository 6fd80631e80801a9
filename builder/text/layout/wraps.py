"""Which texts may be wrapped at a width: spaces and line breaks inside of Chinese, and how wide what stands before them is.

Where prose is wrapped, what stands between such breaks have one width, or nearly one; headings, lists, verse and the spaces
that law puts behind an article's number show none or another. One compiled pass over the UTF-8 bytes counts them.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.readonly import INT64, UINT8

MIN_CELLS, MAX_CELLS = 10, 80  # rows shorter than this are verse and labels, longer ones no column of print
BAND = 8  # half-ems from the narrowest to the widest justified row of one column (text/layout/rows.py)
FIRST_HAN, LAST_HAN = 0x3400, 0x9FFF
SPACE, LINE_FEED = 0x20, 0x0A
PEAK, IN_BAND, TOTAL = 0, 1, 2  # columns of the result


@kernel("void(int32[::1], int32[::1], int32[:,::1], int64)")
def _judge(cells_of: np.ndarray, ems_of: np.ndarray, found: np.ndarray, row: int) -> None:
    """Fill the first two columns of a row from its counts by width, and set these to zero."""
    in_band = window = 0
    for width in range(ems_of.size):
        window += ems_of[width]
        if width > BAND:
            window -= ems_of[width - BAND - 1]
        in_band = max(in_band, window)
    found[row, PEAK], found[row, IN_BAND] = cells_of.max(), in_band
    cells_of[:] = 0
    ems_of[:] = 0


@kernel(f"void({INT64}, {UINT8}, int32[:,::1])")
def _count(offsets: np.ndarray, utf8_bytes: np.ndarray, found: np.ndarray) -> None:
    """Fill `found`. The row before a space begins behind the last space between Han, that before a line break with its line."""
    cells_of = np.zeros(MAX_CELLS + 1, np.int32)
    ems_of = np.zeros(2 * MAX_CELLS + 1, np.int32)
    for row in range(offsets.size - 1):
        place, end = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        # In cells and half-ems: since the last break, since the last line break, and what ends in the space or line break before.
        cells = ems = line_cells = line_ems = last_cells = last_ems = last = 0
        after_han = after_mark = waiting = False
        while place < end:
            begin = place
            code, place = decoded(utf8_bytes, place)
            han = FIRST_HAN <= code <= LAST_HAN or 0xF900 <= code <= 0xFAFF or code > 0xFFFF  # rare Han, and emoji
            mark = 0x3001 <= code <= 0x301F or 0xFF01 <= code <= 0xFF1F or 0x2014 <= code <= 0x2026
            if waiting and (han or (mark and last == SPACE)):
                found[row, TOTAL] += 1
                if MIN_CELLS <= last_cells <= MAX_CELLS:
                    cells_of[last_cells] += 1
                    ems_of[last_ems] += 1
                cells = ems = 0
            waiting = (after_han and code == LINE_FEED) or ((after_han or after_mark) and code == SPACE)
            if waiting:
                last_cells, last_ems = (cells, ems) if code == SPACE else (line_cells, line_ems)
            last, after_han, after_mark = code, han, mark
            width = 2 if place - begin > 2 else 1
            cells, ems, line_cells, line_ems = cells + 1, ems + width, line_cells + 1, line_ems + width
            if code == LINE_FEED:
                cells = ems = line_cells = line_ems = 0
        if found[row, TOTAL]:
            _judge(cells_of, ems_of, found, row)


def breaks_inside(texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """int32[n, 3]: breaks behind the commonest width in characters, within the commonest band of half-ems, and all breaks."""
    offsets, utf8_bytes = utf8(texts)
    found = np.zeros((offsets.size - 1, 3), np.int32)
    _count(offsets, utf8_bytes, found)
    return found

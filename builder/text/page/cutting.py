"""Lines cut out of texts, in one compiled pass."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from builder.text.buffers import scratch, utf8
from builder.text.kernel import kernel
from builder.text.page.lines import PageLines
from builder.text.readonly import INT64, UINT8, read

KEEP, TRIM, CUT = 0, 1, 2
NEWLINE = 0x0A


def without_lines(texts: pa.ChunkedArray, rows: np.ndarray, lines: PageLines, fates: np.ndarray) -> pa.LargeStringArray:
    """The texts at some rows without the lines that are cut. The blank lines around these are one border, or none at either end.

    `fates`: uint8[n], for each line KEEP, CUT, or TRIM, which leaves it without what follows its last full stop.
    """
    offsets, utf8_bytes = utf8(texts)
    firsts = np.searchsorted(lines.rows, rows)
    borders = np.zeros(len(rows) + 1, np.int64)
    buffer, out = scratch(int((offsets[rows + 1] - offsets[rows]).sum()) + len(rows))
    _cut(offsets, utf8_bytes, np.stack([rows, firsts]), fates, lines.tails, borders, out)
    return pa.LargeStringArray.from_buffers(len(rows), pa.py_buffer(borders), buffer)


@kernel(f"void({INT64}, {UINT8}, {read('int64', 2)}, {UINT8}, {INT64}, int64[::1], uint8[::1])")
def _cut(
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    documents: np.ndarray,
    fates: np.ndarray,
    tails: np.ndarray,
    borders: np.ndarray,
    out: np.ndarray,
) -> None:
    """Write the texts one after the other. `documents`: int64[2, k], the row of each and the number of its first line."""
    written = 0
    for document in range(documents.shape[1]):
        row, line = documents[0, document], documents[1, document]
        place, end, begin = offsets[row], offsets[row + 1], written
        gone, blank = False, True  # something was cut since the last line that stays; that line is blank, or there is none
        while place <= end:
            stop = place
            while stop < end and utf8_bytes[stop] != NEWLINE:
                stop += 1
            if fates[line] == CUT:
                gone = True
            elif stop > place or not gone or not blank:
                gone, blank = gone and stop == place, stop == place
                last = tails[line] if fates[line] == TRIM else stop
                out[written : written + last - place] = utf8_bytes[place:last]
                out[written + last - place] = NEWLINE
                written += last - place + 1
            place, line = stop + 1, line + 1
        while gone and written > begin and (written - 1 == begin or out[written - 2] == NEWLINE):
            written -= 1
        written -= written > begin
        borders[document + 1] = written

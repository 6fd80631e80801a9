"""Names with a colon at the heads of lines, and how often each comes back: speakers do, the labels of a notice do not."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.classes import LINE_SPACES
from builder.text.decoding import decoded
from builder.text.genre_lines import NAME
from builder.text.groups import group_starts
from builder.text.kernel import kernel
from builder.text.kinds import kind_table
from builder.text.mixing import FNV_BASIS, fnv
from builder.text.readonly import INT64, UINT8

OTHER, SPACE, COLON, LETTER = range(4)


@cache
def _kinds() -> np.ndarray:
    """uint8[DECODABLE]: the kind of each code point."""
    counters = ((("han", "latin", "digit"), LETTER), (LINE_SPACES, SPACE))
    return kind_table(counters, (("：:", COLON),))


@kernel(f"int64({INT64}, {UINT8}, {INT64}, {UINT8}, int64[::1], uint64[::1])")
def _read(
    offsets: np.ndarray, utf8_bytes: np.ndarray, rows: np.ndarray, kind_of: np.ndarray, texts: np.ndarray, names: np.ndarray
) -> int:
    """Fill the text and the hash of each name; how many there are."""
    count = 0
    for number in range(rows.size):
        place, end = np.uint64(offsets[rows[number]]), np.uint64(offsets[rows[number] + 1])
        chars, hashed = 0, np.uint64(FNV_BASIS)
        while place < end:
            code, place = decoded(utf8_bytes, place)
            kind = kind_of[code]
            if code == 0x0A:
                chars, hashed = 0, np.uint64(FNV_BASIS)
            elif kind == COLON and 0 < chars <= NAME:
                texts[count], names[count] = number, hashed
                count += 1
                chars = NAME + 1
            elif kind == LETTER:
                chars += 1
                hashed = fnv(hashed, np.uint64(code))
            elif kind != SPACE:
                chars = NAME + 1
    return count


def speakers(texts: pa.ChunkedArray | pa.Array, rows: np.ndarray, most: int) -> np.ndarray:
    """int64[k, 3]: of each text of `rows` (int64[k]) lines with a name, different names, and lines whose name comes back.

    `most`: how many lines the texts have at most.
    """
    offsets, utf8_bytes = utf8(texts)
    of_text, names = np.zeros(most, np.int64), np.zeros(most, np.uint64)
    count = _read(offsets, utf8_bytes, rows, _kinds(), of_text, names)
    order = np.lexsort((names[:count], of_text[:count]))
    of_text, names = of_text[order], names[order]
    starts = group_starts(of_text, names)
    times = np.diff(starts, append=count)
    found = np.zeros((rows.size, 3), np.int64)
    np.add.at(found, of_text[starts], np.column_stack([times, np.ones_like(times), times * (times > 1)]))
    return found

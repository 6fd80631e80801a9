"""Which texts may have a drawn dash, ellipsis or middle dot (text/marks/drawn.py): runs of one character, in one compiled pass.

The pass reads the lead bytes of UTF-8 and decodes nothing else than the few characters that matter.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.kernel import inlined, kernel
from builder.text.readonly import INT64, UINT8

DASH, DOTS, NAME_DOT = 1, 2, 4  # bits
WIDE = 0xE3  # lead byte of U+3000; Han and wide punctuation have this or a higher one
HYPHEN, STOP, MIDDLE_DOT, WIDE_STOP = 0x2D, 0x2E, 0xC2B7, 0xE38082  # as big-endian UTF-8, here and below
BOX = 0xE29480
BULLET, HYPHENATION_POINT, BULLET_OPERATOR, DOT_OPERATOR = 0xE280A2, 0xE280A7, 0xE28899, 0xE28B85
KANA_DOT, HALF_KANA_DOT = 0xE383BB, 0xEFBDA5


@inlined
def _bits(code: int, length: int, before: int, after: int) -> int:
    """What a run of one character may be. `length` in bytes; `before`, `after`: the lead bytes of its neighbours, 0 for none."""
    if code == HYPHEN:
        return DASH if length > 1 and length <= 4 and after >= WIDE else 0
    if code in (STOP, MIDDLE_DOT):
        return DOTS if length >= 6 else 0
    if length > 3:
        if code == BOX:
            return DASH if length <= 12 else 0
        return DOTS if code == WIDE_STOP and length >= 9 else 0
    dot = code in (BULLET, HYPHENATION_POINT, BULLET_OPERATOR, DOT_OPERATOR, KANA_DOT, HALF_KANA_DOT)
    return NAME_DOT if dot and before >= WIDE and after >= WIDE else 0


@kernel(f"void({INT64}, {UINT8}, uint8[::1])")
def _find(offsets: np.ndarray, utf8_bytes: np.ndarray, found: np.ndarray) -> None:
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    for row in range(offsets.size - 1):
        place, end = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        before = np.uint32(0)
        bits = 0
        while place < end:
            lead = np.uint32(utf8_bytes[place])
            if lead >= 0xE4 and lead < 0xEF:  # most of Chinese
                place, before = place + three, lead
                continue
            if lead < 0x80:
                if lead not in (HYPHEN, STOP):
                    place, before = place + one, lead
                    continue
                code, size = lead, one
            elif lead < 0xE0:
                code, size = lead << np.uint32(8) | np.uint32(utf8_bytes[place + one]), two
            elif lead < 0xF0:
                code = lead << np.uint32(16) | np.uint32(utf8_bytes[place + one]) << np.uint32(8)
                code, size = code | np.uint32(utf8_bytes[place + two]), three
            else:
                place, before = place + three + one, lead
                continue
            start = place
            place += size
            while (
                place < end and np.uint32(utf8_bytes[place]) == lead and utf8_bytes[place + size - one] == utf8_bytes[place - one]
            ):
                if size == three and utf8_bytes[place + one] != utf8_bytes[place - two]:
                    break
                place += size
            after = np.uint32(utf8_bytes[place]) if place < end else np.uint32(0)
            bits |= _bits(code, place - start, before, after)
            before = lead
        found[row] = bits


def runs(texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """uint8[n]: the bits of what a text may have; a null has nothing."""
    offsets, utf8_bytes = utf8(texts)
    found = np.zeros(offsets.size - 1, np.uint8)
    _find(offsets, utf8_bytes, found)
    return found

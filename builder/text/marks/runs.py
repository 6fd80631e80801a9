"""Which texts may have a drawn dash, ellipsis or middle dot (text/marks/drawn.py): runs of one character, in compiled code.

A first pass compares bytes without a branch, so that the machine does many at once, and leaves the few texts with one of these
characters where it matters. The second reads the lead bytes of UTF-8 and decodes nothing else than those characters.
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


@kernel(f"void({INT64}, {UINT8}, boolean[::1])")
def _sift(offsets: np.ndarray, utf8_bytes: np.ndarray, found: np.ndarray) -> None:
    """Set `found` for each text with two hyphens, three full stops, two wide ones or middle dots, a box line or another dot."""
    for row in range(offsets.size - 1):
        text = utf8_bytes[offsets[row] : offsets[row + 1]]
        some = False
        for place in range(text.size - 4):  # each of them has as many bytes behind its first, or a character behind it
            a, b, c = text[place], text[place + 1], text[place + 2]
            twice = (a == b) & ((a == HYPHEN) | ((a == STOP) & (c == STOP)))
            stops = (a == 0x80) & (b == 0x82) & (c == 0xE3) & (text[place + 3] == 0x80) & (text[place + 4] == 0x82)
            repeated = ((a == 0xB7) & (b == 0xC2) & (c == 0xB7)) | stops
            bullet = (b == 0x80) & ((c == 0xA2) | (c == 0xA7))
            drawn = (a == 0xE2) & (
                bullet | ((b == 0x94) & (c == 0x80)) | ((b == 0x88) & (c == 0x99)) | ((b == 0x8B) & (c == 0x85))
            )
            kana = ((a == 0xE3) & (b == 0x83) & (c == 0xBB)) | ((a == 0xEF) & (b == 0xBD) & (c == 0xA5))
            some |= twice | repeated | drawn | kana
        found[row] = some


@kernel(f"void({INT64}, {UINT8}, {INT64}, uint8[::1])")
def _find(offsets: np.ndarray, utf8_bytes: np.ndarray, rows: np.ndarray, found: np.ndarray) -> None:
    """Set the bits of `found` for each of `rows`."""
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    for row in rows:
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
    sifted = np.zeros(found.size, np.bool_)
    _sift(offsets, utf8_bytes, sifted)
    _find(offsets, utf8_bytes, np.flatnonzero(sifted), found)
    return found

"""Which texts may be wrapped at a width: spaces and line breaks inside of Chinese, and how wide what stands before them is.

Where prose is wrapped, what stands between such breaks has one width, or nearly one; headings, lists, verse and the spaces
that law puts behind an article's number show none or another. One compiled pass over the UTF-8 bytes looks for the breaks, and
measures what stands before them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.decoding import decoded
from builder.text.kernel import inlined, kernel
from builder.text.readonly import INT64, UINT8, UINT64

MIN_CELLS, MAX_CELLS = 10, 80  # rows shorter than this are verse and labels, longer ones no column of print
BAND = 8  # half-ems from the narrowest to the widest justified row of one column (text/layout/rows.py)
NARROW = 3  # the same for rows that a program filled: a character of Han did not fit, or hung out
MAX_BYTES = 4 * MAX_CELLS
WORD_BITS, DE_BRUIJN = 64, 0x03F79D71B4CB0A89
SPACE, LINE_FEED = 0x20, 0x0A
SINGLE, LATER = 0x80, 0xC0  # of UTF-8: the first byte that is no ASCII, the first that begins a character of several bytes
PEAK, IN_BAND, IN_NARROW, TOTAL = 0, 1, 2, 3  # columns of the result


@inlined
def _is_han(code: np.uint32) -> bool:
    return bool(0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or code > 0xFFFF)  # rare Han, and emoji


@inlined
def _is_mark(code: np.uint32) -> bool:
    return bool(0x3001 <= code <= 0x301F or 0xFF01 <= code <= 0xFF1F or 0x2014 <= code <= 0x2026)


@inlined
def _before(utf8_bytes: np.ndarray, place: np.uint64) -> np.uint32:
    """The character that ends before a byte that is not the first."""
    begin = place - np.uint64(1)
    while SINGLE <= utf8_bytes[begin] < LATER:
        begin -= np.uint64(1)
    return decoded(utf8_bytes, begin)[0]


@kernel("void(int32[::1], int32[::1], int32[:,::1], int64)")
def _judge(cells_of: np.ndarray, ems_of: np.ndarray, found: np.ndarray, row: int) -> None:
    """Fill the first three columns of a row from its counts by width, and set these to zero."""
    in_band = band = in_narrow = narrow = 0
    for width in range(ems_of.size):
        band += ems_of[width]
        narrow += ems_of[width]
        if width > BAND:
            band -= ems_of[width - BAND - 1]
        if width > NARROW:
            narrow -= ems_of[width - NARROW - 1]
        in_band, in_narrow = max(in_band, band), max(in_narrow, narrow)
    found[row, PEAK], found[row, IN_BAND], found[row, IN_NARROW] = cells_of.max(), in_band, in_narrow
    cells_of[:] = 0
    ems_of[:] = 0


@kernel(f"void({UINT8}, uint64, uint64, int32[::1], int32[::1])")
def _measure(utf8_bytes: np.ndarray, begin: np.uint64, end: np.uint64, cells_of: np.ndarray, ems_of: np.ndarray) -> None:
    """Count a row by its characters and by its half-ems: two for each character of three bytes and more."""
    cells = wide = 0
    for place in range(begin, end):
        cells += utf8_bytes[place] < SINGLE or utf8_bytes[place] >= LATER
        wide += utf8_bytes[place] >= 0xE0
    if MIN_CELLS <= cells <= MAX_CELLS:
        cells_of[cells] += 1
        ems_of[cells + wide] += 1


@inlined
def _is_inside(utf8_bytes: np.ndarray, place: np.uint64) -> bool:
    """Whether a space or a line break between two bytes stands inside of Chinese."""
    following = place + np.uint64(1)
    if utf8_bytes[place - np.uint64(1)] < SINGLE or utf8_bytes[following] < SINGLE:
        return False
    last, first = _before(utf8_bytes, place), decoded(utf8_bytes, following)[0]
    if _is_han(last) and _is_han(first):
        return True
    return bool(utf8_bytes[place] == SPACE and (_is_han(last) or _is_mark(last)) and (_is_han(first) or _is_mark(first)))


@kernel(f"void({INT64}, {UINT8}, {UINT64}, {UINT8}, int32[:,::1])")
def _count(offsets: np.ndarray, utf8_bytes: np.ndarray, blanks: np.ndarray, bit_of: np.ndarray, found: np.ndarray) -> None:
    """Fill `found`. The row before a space begins behind the last space between Han, that before a line break with its line.

    `blanks`: a bit for each byte from the first text's on, set where a space or a control stands.
    """
    cells_of = np.zeros(MAX_CELLS + 1, np.int32)
    ems_of = np.zeros(2 * MAX_CELLS + 1, np.int32)
    one = np.uint64(1)
    row, begin, line, end = 0, np.uint64(offsets[0]), np.uint64(offsets[0]), np.uint64(offsets[1])
    for word in range(blanks.size):
        left = blanks[word]
        while left:
            lowest = left & (~left + one)
            left ^= lowest
            place = np.uint64(offsets[0] + word * WORD_BITS + bit_of[(lowest * np.uint64(DE_BRUIJN)) >> np.uint64(58)])
            while place >= end:
                if found[row, TOTAL]:
                    _judge(cells_of, ems_of, found, row)
                row += 1
                begin = line = np.uint64(offsets[row])
                end = np.uint64(offsets[row + 1])
            byte = utf8_bytes[place]
            if byte not in (SPACE, LINE_FEED):
                continue
            start = begin if byte == SPACE else line
            if byte == LINE_FEED:
                begin = line = place + one
            if place > start and place + one < end and _is_inside(utf8_bytes, place):
                found[row, TOTAL] += 1
                begin = place + one
                if place - start <= MAX_BYTES:
                    _measure(utf8_bytes, start, place, cells_of, ems_of)
    if found[row, TOTAL]:
        _judge(cells_of, ems_of, found, row)


@cache
def _bit_of() -> np.ndarray:
    """uint8[64]: the number of a bit by the six highest bits of its product with a de Bruijn sequence, in which all differ."""
    places = np.arange(WORD_BITS, dtype=np.uint64)
    table = np.zeros(WORD_BITS, np.uint8)
    table[(np.uint64(DE_BRUIJN) << places) >> np.uint64(58)] = places
    return table


def _blanks(utf8_bytes: np.ndarray) -> np.ndarray:
    """uint64[k]: a bit for each byte, set where a space or a control stands."""
    packed = np.packbits(utf8_bytes <= SPACE, bitorder="little")
    return np.append(packed, np.zeros(-packed.size % 8, np.uint8)).view("<u8")


def breaks_inside(texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """int32[n, 4]: breaks behind the commonest width in characters, in the commonest bands of half-ems, and all breaks."""
    offsets, utf8_bytes = utf8(texts)
    found = np.zeros((offsets.size - 1, 4), np.int32)
    if found.size:
        _count(offsets, utf8_bytes, _blanks(utf8_bytes[offsets[0] : offsets[-1]]), _bit_of(), found)
    return found

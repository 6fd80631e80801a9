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
TAB, NO_BREAK, WIDE = 0x09, tuple("\N{NO-BREAK SPACE}".encode()), tuple("\N{IDEOGRAPHIC SPACE}".encode())
SINGLE, LATER = 0x80, 0xC0  # of UTF-8: the first byte that is no ASCII, the first that begins a character of several bytes
ORDINAL = tuple("第".encode())
SHORTEST_NUMBER, LONGEST_NUMBER, LONGEST_DATE = 9, 27, 17  # bytes
ZERO, NINE = ord("0"), ord("9")
KINDS, SURE = 3, 6  # of breaks; so many lines tell a width alone
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


@kernel("void(int32[:,::1], int32[:,::1], int64, int64, int32[::1])")
def _judge_kinds(cells_of: np.ndarray, ems_of: np.ndarray, first: int, last: int, judged: np.ndarray) -> None:
    """Fill the first three columns from the counts by width of some kinds of breaks."""
    in_band = band = in_narrow = narrow = peak = 0
    for width in range(ems_of.shape[1]):
        cells = 0
        for kind in range(first, last):
            cells += cells_of[kind, width] if width < cells_of.shape[1] else 0
            band += ems_of[kind, width] - (ems_of[kind, width - BAND - 1] if width > BAND else 0)
            narrow += ems_of[kind, width] - (ems_of[kind, width - NARROW - 1] if width > NARROW else 0)
        peak, in_band, in_narrow = max(peak, cells), max(in_band, band), max(in_narrow, narrow)
    judged[PEAK], judged[IN_BAND], judged[IN_NARROW] = peak, in_band, in_narrow


@kernel("void(int32[:,::1], int32[:,::1], int32[::1], int32[:,::1], int64)")
def _judge(cells_of: np.ndarray, ems_of: np.ndarray, totals: np.ndarray, found: np.ndarray, row: int) -> None:
    """Fill a row from its counts by kind and width, and set these to zero: from those kinds that tell most of a width.

    Spaces that mean something do not hide the width of lines, nor do margins that of the lines between them.
    """
    judged = np.zeros(TOTAL + 1, np.int32)
    for first, last in ((0, 2), (1, 2), (1, 3)):
        judged[TOTAL] = totals[first:last].sum()
        if first and (judged[TOTAL] < SURE or totals[0 if last == 2 else 2] == 0):  # too few, or the same again
            continue
        _judge_kinds(cells_of, ems_of, first, last, judged)
        if not found[row, TOTAL] or judged[IN_NARROW] * found[row, TOTAL] > found[row, IN_NARROW] * judged[TOTAL]:
            found[row] = judged
    cells_of[:] = 0
    ems_of[:] = 0
    totals[:] = 0


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
def _behind_margin(utf8_bytes: np.ndarray, place: np.uint64, end: np.uint64) -> np.uint64:
    """The first byte of a line behind its indentation: spaces, tabs, no-break and ideographic spaces."""
    while place + np.uint64(2) < end:
        if utf8_bytes[place] in (SPACE, TAB):
            place += np.uint64(1)
        elif utf8_bytes[place] == NO_BREAK[0] and utf8_bytes[place + np.uint64(1)] == NO_BREAK[1]:
            place += np.uint64(2)
        elif utf8_bytes[place] == WIDE[0] and utf8_bytes[place + np.uint64(1)] == WIDE[1] == utf8_bytes[place + np.uint64(2)]:
            place += np.uint64(3)
        else:
            break
    return place


@inlined
def _is_number(utf8_bytes: np.ndarray, begin: np.uint64, end: np.uint64) -> bool:
    """Whether a line begins with a date or the number of an article or a chapter, behind which a space belongs."""
    if ZERO <= utf8_bytes[begin] <= NINE:
        return bool(end - begin <= LONGEST_DATE)
    if not SHORTEST_NUMBER <= end - begin <= LONGEST_NUMBER:
        return False
    return bool(utf8_bytes[begin] == ORDINAL[0] and utf8_bytes[begin + np.uint64(1)] == ORDINAL[1])


@kernel(f"int64({UINT8}, uint64, uint64, uint64, int64)")
def _kind(utf8_bytes: np.ndarray, start: np.uint64, place: np.uint64, end: np.uint64, first: int) -> int:
    """What stands behind a row that ends in no ASCII: 0 a space inside of Chinese, 1 a line break, 2 one with a margin; else -1.

    `first`: it is a space, and the first one of its line.
    """
    following = place + np.uint64(1)
    margin = 0
    if utf8_bytes[place] == LINE_FEED:
        following = _behind_margin(utf8_bytes, following, end)
        margin = following > place + np.uint64(1)
    if following >= end or utf8_bytes[following] < SINGLE or (first and _is_number(utf8_bytes, start, place)):
        return -1
    last, begin = _before(utf8_bytes, place), decoded(utf8_bytes, following)[0]
    if utf8_bytes[place] == LINE_FEED:
        return 1 + margin if _is_han(last) and _is_han(begin) else -1
    return 0 if (_is_han(last) or _is_mark(last)) and (_is_han(begin) or _is_mark(begin)) else -1


@kernel(f"void({INT64}, {UINT8}, {UINT64}, {UINT8}, int32[:,::1])")
def _count(offsets: np.ndarray, utf8_bytes: np.ndarray, blanks: np.ndarray, bit_of: np.ndarray, found: np.ndarray) -> None:
    """Fill `found`. The row before a space begins behind the last space between Han, that before a line break with its line.

    `blanks`: a bit for each byte from the first text's on, set where a space or a control stands.
    """
    cells_of = np.zeros((KINDS, MAX_CELLS + 1), np.int32)
    ems_of = np.zeros((KINDS, 2 * MAX_CELLS + 1), np.int32)
    totals = np.zeros(KINDS, np.int32)
    one = np.uint64(1)
    row, begin, line, end = 0, np.uint64(offsets[0]), np.uint64(offsets[0]), np.uint64(offsets[1])
    for word in range(blanks.size):
        left = blanks[word]
        while left:
            lowest = left & (~left + one)
            left ^= lowest
            place = np.uint64(offsets[0] + word * WORD_BITS + bit_of[(lowest * np.uint64(DE_BRUIJN)) >> np.uint64(58)])
            while place >= end:
                if totals.any():
                    _judge(cells_of, ems_of, totals, found, row)
                row += 1
                begin = line = np.uint64(offsets[row])
                end = np.uint64(offsets[row + 1])
            byte = utf8_bytes[place]
            if byte not in (SPACE, LINE_FEED):
                continue
            start = begin if byte == SPACE else line
            if byte == LINE_FEED:
                begin = line = place + one
            inside = place > start and utf8_bytes[place - one] >= SINGLE
            kind = _kind(utf8_bytes, start, place, end, int(byte == SPACE and start == line)) if inside else -1
            if kind >= 0:
                totals[kind] += 1
                begin = place + one
                if place - start <= MAX_BYTES:
                    _measure(utf8_bytes, start, place, cells_of[kind], ems_of[kind])
    if totals.any():
        _judge(cells_of, ems_of, totals, found, row)


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

"""Spaces where nobody sees them: at the ends of lines, before paragraphs, and of odd widths. One compiled pass over many texts.

Two ideographic spaces before a paragraph are layout and go, and ASCII indentation goes before Chinese; code, lists and
what stands below a list item keep theirs. Where nearly all lines of a Chinese text begin with one and the same indentation,
it goes from all of them, and the rest of a deeper one stays.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import scratch, utf8
from builder.text.classes import LINE_SPACES
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.kinds import bit_table
from builder.text.readonly import INT64, UINT8
from builder.text.same_bytes import same_bytes

COMMON_INDENT = 0.8  # share of the lines that are not blank: titles stand at the margin
CHINESE_INDENTED = 0.6  # share of Chinese among the lines so indented: paragraphs mostly have 0.9 to 1, code 0 to 0.5
MIN_INDENTED = 3  # lines
INDENTATIONS = 64  # different ones that are told apart: the common one is among the first

# What a character is, as bits.
SPACE, ODD, TYPOGRAPHIC, CHINESE, HAN, ALNUM, DIGIT = (1 << bit for bit in range(7))
INDENTED, PLAIN = 1, 2  # what a text is
NEWLINE, BLANK = 0x0A, 0x20
FENCES, FENCE_CHARS = tuple(b"`~"), 3  # of a block of code: CommonMark 0.31, section 4.5
BULLETS, BEHIND_NUMBER, LIST_DIGITS = tuple(b"-*+"), tuple(b".)"), 9  # of list items: the same, section 5.2
BEFORE_HAN, BEFORE_TEXT = tuple(b"\"'("), tuple(b"\"'([")


@cache
def _bits() -> np.ndarray:
    """uint8[DECODABLE]: what each code point is."""
    counted = (
        (LINE_SPACES, SPACE),
        (("odd_space",), ODD),
        (("wide_space", "odd_space"), TYPOGRAPHIC),
        (("han", "cjk_mark", "terminal_mark"), CHINESE),
        (("han",), HAN),
        (("digit", "latin", "wide_alnum"), ALNUM),
    )
    return bit_table(counted, (("0123456789０１２３４５６７８９", DIGIT),))


def spaced_edges(texts: pa.ChunkedArray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """bool[k] twice: which of the texts at some rows have spaces at the end of a line, and which an indentation.

    An indentation is what stands before a Chinese line, and any with other spaces than ASCII has.
    """
    found = np.zeros((2, len(rows)), bool)
    _find_edges(*utf8(texts), _bits(), rows, found)
    return found[0], found[1]


def trimmed(
    texts: pa.ChunkedArray, rows: np.ndarray, indented: np.ndarray, plain: np.ndarray
) -> tuple[pa.LargeStringArray, np.ndarray]:
    """The texts at some rows without spaces at the ends of lines, and with ASCII spaces in the place of odd ones.

    `indented`: bool[k], the texts whose indentation goes too; `plain`: those without an odd space. The second result is
    int64[3, k]: lines trimmed at their end, lines whose indentation went, and odd spaces.
    """
    offsets, utf8_bytes = utf8(texts)
    borders, counts = np.zeros(len(rows) + 1, np.int64), np.zeros((3, len(rows)), np.int64)
    buffer, out = scratch(int((offsets[rows + 1] - offsets[rows]).sum()))
    kinds = INDENTED * indented.astype(np.uint8) | PLAIN * plain.astype(np.uint8)
    _trim(offsets, utf8_bytes, _bits(), rows, kinds, borders, counts, out)
    return pa.LargeStringArray.from_buffers(len(rows), pa.py_buffer(borders), buffer), counts


@kernel(f"UniTuple(int64, 2)({UINT8}, {UINT8}, int64, int64)")
def _next(utf8_bytes: np.ndarray, bits_of: np.ndarray, place: int, end: int) -> tuple[int, int]:
    """What the character at a place is, and the place behind it; nothing at the end."""
    if place >= end:
        return 0, end
    code, behind = decoded(utf8_bytes, np.uint64(place))
    return int(bits_of[code]), int(behind)


@kernel(f"UniTuple(int64, 3)({UINT8}, {UINT8}, int64, int64)")
def _line(utf8_bytes: np.ndarray, bits_of: np.ndarray, start: int, end: int) -> tuple[int, int, int]:
    """Where the text of a line begins and ends, without the spaces around it, and where the line breaks."""
    lead = start
    bits, behind = _next(utf8_bytes, bits_of, lead, end)
    while bits & SPACE:
        lead = behind
        bits, behind = _next(utf8_bytes, bits_of, lead, end)
    stop = lead
    while stop < end and utf8_bytes[stop] != NEWLINE:
        stop += 1
    line_break = stop
    while stop > lead:
        last = stop - 1
        while utf8_bytes[last] & 0xC0 == 0x80:
            last -= 1
        bits, behind = _next(utf8_bytes, bits_of, last, end)
        if not bits & SPACE:
            break
        stop = last
    return lead, stop if stop > lead else start, line_break


@kernel(f"boolean({UINT8}, int64, int64)")
def _fences(utf8_bytes: np.ndarray, lead: int, stop: int) -> bool:
    """Whether a line opens or closes a block of code."""
    first = utf8_bytes[lead] if stop - lead >= FENCE_CHARS else 0
    return first in FENCES and utf8_bytes[lead + 1] == first and utf8_bytes[lead + 2] == first


@kernel(f"boolean({UINT8}, {UINT8}, int64, int64)")
def _begins_chinese(utf8_bytes: np.ndarray, bits_of: np.ndarray, lead: int, stop: int) -> bool:
    """Whether a line's text begins in Chinese; its first mark may have been folded."""
    bits, behind = _next(utf8_bytes, bits_of, lead, stop)
    first = utf8_bytes[lead] if lead < stop else 0
    if first in BEFORE_HAN:
        return _next(utf8_bytes, bits_of, behind, stop)[0] & HAN > 0
    return bits & CHINESE > 0


@kernel(f"boolean({UINT8}, {UINT8}, int64, int64)")
def _is_listed(utf8_bytes: np.ndarray, bits_of: np.ndarray, lead: int, stop: int) -> bool:
    """Whether a line's text begins with the mark of a list item."""
    first = utf8_bytes[lead] if lead < stop else 0
    if first in BULLETS:
        return _next(utf8_bytes, bits_of, lead + 1, stop)[0] & SPACE > 0
    digits, place = 0, lead
    bits, behind = _next(utf8_bytes, bits_of, place, stop)
    while bits & DIGIT and digits <= LIST_DIGITS:
        digits, place = digits + 1, behind
        bits, behind = _next(utf8_bytes, bits_of, place, stop)
    if digits == 0 or digits > LIST_DIGITS or place >= stop:
        return False
    return utf8_bytes[place] in BEHIND_NUMBER and _next(utf8_bytes, bits_of, place + 1, stop)[0] & SPACE > 0


@kernel(f"UniTuple(int64, 3)({UINT8}, {UINT8}, int64, int64)")
def _commonest(utf8_bytes: np.ndarray, bits_of: np.ndarray, start: int, end: int) -> tuple[int, int, int]:
    """Where the commonest indentation of a text stands, its bytes, and how many lines are not blank; no bytes: none is common."""
    seen = np.zeros((3, INDENTATIONS), np.int64)  # where it stands, its bytes, lines
    different = full = indented = 0
    place = start
    while place <= end:
        lead, stop, line_break = _line(utf8_bytes, bits_of, place, end)
        if stop > place:
            if _fences(utf8_bytes, lead, stop):
                return start, 0, 0
            full += 1
            if lead > place:
                indented += 1
                known = 0
                while known < different and not (
                    seen[1, known] == lead - place and same_bytes(utf8_bytes, seen[0, known], place, lead - place)
                ):
                    known += 1
                if known < INDENTATIONS:
                    if known == different:
                        seen[0, known], seen[1, known], different = place, lead - place, different + 1
                    seen[2, known] += 1
        place = line_break + 1
    if indented < max(float(MIN_INDENTED), COMMON_INDENT * full):
        return start, 0, full
    best = np.argmax(seen[2])
    return int(seen[0, best]), int(seen[1, best]), full


@kernel(f"UniTuple(int64, 2)({UINT8}, {UINT8}, int64, int64)")
def _common(utf8_bytes: np.ndarray, bits_of: np.ndarray, start: int, end: int) -> tuple[int, int]:
    """Where the indentation stands that the paragraphs of a Chinese text share, and its bytes; none where there is a fence."""
    where, length, full = _commonest(utf8_bytes, bits_of, start, end)
    if not length:
        return start, 0
    under = chinese = 0
    place = start
    while place <= end:
        lead, stop, line_break = _line(utf8_bytes, bits_of, place, end)
        if stop > place and lead - place >= length and same_bytes(utf8_bytes, where, place, length):
            under += 1
            last = stop - 1
            while utf8_bytes[last] & 0xC0 == 0x80:
                last -= 1
            ends = _next(utf8_bytes, bits_of, last, stop)[0] & CHINESE > 0
            chinese += ends or _begins_chinese(utf8_bytes, bits_of, lead, stop)
        place = line_break + 1
    enough = under >= max(float(MIN_INDENTED), COMMON_INDENT * full) and chinese >= CHINESE_INDENTED * under
    return where, length if enough else 0


@kernel(f"boolean({UINT8}, {UINT8}, int64, int64)")
def _is_typographic(utf8_bytes: np.ndarray, bits_of: np.ndarray, place: int, lead: int) -> bool:
    """Whether an indentation holds another space than ASCII has."""
    found = 0
    while place < lead:
        bits, place = _next(utf8_bytes, bits_of, place, lead)
        found |= bits
    return found & TYPOGRAPHIC > 0


@kernel(f"UniTuple(int64, 2)({UINT8}, {UINT8}, int64, int64, int64, int64)")
def _paragraph(utf8_bytes: np.ndarray, bits_of: np.ndarray, place: int, lead: int, stop: int, below: int) -> tuple[int, int]:
    """Where a line begins that is no code, and whether it is a list item, or stands below one or in an indented block."""
    typographic = _is_typographic(utf8_bytes, bits_of, place, lead)
    if typographic:
        bits, _ = _next(utf8_bytes, bits_of, lead, stop)
        first = utf8_bytes[lead]
        if bits & (CHINESE | ALNUM) or first in BEFORE_TEXT:
            place = lead
    chinese = place < lead and not typographic and _begins_chinese(utf8_bytes, bits_of, lead, stop)
    below = int(_is_listed(utf8_bytes, bits_of, lead, stop) or (place < lead and (below > 0 or not chinese)))
    return lead if chinese and not below else place, below


@kernel(f"UniTuple(int64, 2)({UINT8}, {UINT8}, int64, int64, int64, uint8, uint8[::1])")
def _write(
    utf8_bytes: np.ndarray, bits_of: np.ndarray, place: int, stop: int, written: int, plain: int, out: np.ndarray
) -> tuple[int, int]:
    """Write a line, ASCII spaces for odd ones: the place behind it, and how many were odd. `plain`: there are none."""
    odd = 0
    if plain:
        out[written : written + stop - place] = utf8_bytes[place:stop]
        return written + stop - place, 0
    while place < stop:
        bits, behind = _next(utf8_bytes, bits_of, place, stop)
        if bits & ODD:
            out[written] = BLANK
            written, place, odd = written + 1, behind, odd + 1
        while place < behind:
            out[written] = utf8_bytes[place]
            written, place = written + 1, place + 1
    return written, odd


@kernel(f"void({INT64}, {UINT8}, {UINT8}, {INT64}, boolean[:,::1])")
def _find_edges(offsets: np.ndarray, utf8_bytes: np.ndarray, bits_of: np.ndarray, rows: np.ndarray, found: np.ndarray) -> None:
    """Fill `found`."""
    for number in range(rows.size):
        place, end = offsets[rows[number]], offsets[rows[number] + 1]
        while place <= end and not (found[0, number] and found[1, number]):
            lead, stop, line_break = _line(utf8_bytes, bits_of, place, end)
            found[0, number] |= stop < line_break
            if lead > place:
                chinese = _begins_chinese(utf8_bytes, bits_of, lead, stop)
                found[1, number] |= chinese or _is_typographic(utf8_bytes, bits_of, place, lead)
            place = line_break + 1


@kernel(f"void({INT64}, {UINT8}, {UINT8}, {INT64}, {UINT8}, int64[::1], int64[:,::1], uint8[::1])")
def _trim(
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    bits_of: np.ndarray,
    rows: np.ndarray,
    kinds: np.ndarray,
    borders: np.ndarray,
    counts: np.ndarray,
    out: np.ndarray,
) -> None:
    """Write the texts one after the other."""
    written = 0
    for number in range(rows.size):
        start, end = offsets[rows[number]], offsets[rows[number] + 1]
        where, length, fenced, below = start, 0, False, 0
        if kinds[number] & INDENTED:
            where, length = _common(utf8_bytes, bits_of, start, end)
        place = start
        while place <= end:
            lead, stop, line_break = _line(utf8_bytes, bits_of, place, end)
            counts[0, number] += stop < line_break
            begin = place
            if kinds[number] & INDENTED and stop > place:
                if length and lead - place >= length and same_bytes(utf8_bytes, where, place, length):
                    begin += length
                fenced ^= _fences(utf8_bytes, lead, stop)
                if not fenced:
                    begin, below = _paragraph(utf8_bytes, bits_of, begin, lead, stop, below)
                counts[1, number] += begin > place
            written, odd = _write(utf8_bytes, bits_of, begin, stop, written, kinds[number] & PLAIN, out)
            counts[2, number] += odd
            if line_break < end:
                out[written] = NEWLINE
                written += 1
            place = line_break + 1
        borders[number + 1] = written

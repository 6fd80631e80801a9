"""Lines at the head of a page that stand elsewhere on it again, found in one compiled pass over many texts."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.classes import LINE_SPACES
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.kinds import bit_table
from builder.text.readonly import INT64, UINT8
from builder.text.same_bytes import same_bytes

HEAD_LINES = 3  # a name alone is looked for in so many lines that are not blank
BELOW = 5  # and the title again in so many lines that are not blank, and twice as many in all, below the first
HEAD_CHARS = 1_000  # where the name alone is looked for
NAME_CHARS, TITLE_CHARS = (2, 24), (4, 200)  # at least, at most
SEPARATORS = "_|-\N{EM DASH}"  # between a title and a name
NO_NAME = "。，；！？：,;>"  # what stands in no name

SPACE, DESCENT, SEPARATOR, SENTENCE, BREAK = (1 << bit for bit in range(5))  # what a character is, as bits


@cache
def _bits() -> np.ndarray:
    """uint8[DECODABLE]: what each code point is."""
    characters = ((SEPARATORS, SEPARATOR), (NO_NAME, SENTENCE), ("\n", BREAK))
    return bit_table(((LINE_SPACES, SPACE), (("descent_sign",), DESCENT)), characters)


def repeated_titles(texts: pa.ChunkedArray, rows: np.ndarray) -> np.ndarray:
    """bool[k]: the texts at some rows whose first line is a title and a name, with the title alone on a line close below."""
    found = np.zeros(len(rows), bool)
    _find_titles(*utf8(texts), _bits(), rows, found)
    return found


def trailed_names(texts: pa.ChunkedArray, rows: np.ndarray) -> np.ndarray:
    """bool[k]: the texts at some rows with a short line at the head that also stands before a sign of descent, `Name > News`."""
    found = np.zeros(len(rows), bool)
    _find_names(*utf8(texts), _bits(), rows, found)
    return found


@kernel(f"UniTuple(int64, 5)({UINT8}, {UINT8}, int64, int64)")
def _line(utf8_bytes: np.ndarray, bits_of: np.ndarray, start: int, end: int) -> tuple[int, int, int, int, int]:
    """A line: where its text begins and ends, its characters, what they are, and the place behind the line break."""
    place, lead, stop = start, -1, start
    chars = inside = found = 0
    while place < end:
        code, behind = decoded(utf8_bytes, np.uint64(place))
        bits = int(bits_of[code])
        if bits & BREAK:
            return max(lead, start), stop, inside, found, int(behind)
        if not bits & SPACE:
            lead = place if lead < 0 else lead
            stop, inside, found = int(behind), chars + 1, found | bits
        chars += lead >= 0
        place = int(behind)
    return max(lead, start), stop, inside, found, place


@kernel(f"UniTuple(int64, 4)({UINT8}, {UINT8}, int64, int64)")
def _title(utf8_bytes: np.ndarray, bits_of: np.ndarray, start: int, stop: int) -> tuple[int, int, int, int]:
    """What stands before the last separator of a line: where it begins and ends, and the characters before and behind that."""
    place, lead, ink, title_stop = start, -1, start, start
    chars = before = title = 0
    while place < stop:
        code, behind = decoded(utf8_bytes, np.uint64(place))
        bits = bits_of[code]
        if bits & SEPARATOR:
            title_stop, title = ink, chars
        if not bits & SPACE:
            before = chars if lead < 0 else before
            lead = place if lead < 0 else lead
            ink = int(behind)
        place, chars = int(behind), chars + 1
    return max(lead, start), title_stop, title - before, chars - title - 1


@kernel(f"void({INT64}, {UINT8}, {UINT8}, {INT64}, boolean[::1])")
def _find_titles(offsets: np.ndarray, utf8_bytes: np.ndarray, bits_of: np.ndarray, rows: np.ndarray, found: np.ndarray) -> None:
    """Fill `found`."""
    for number in range(rows.size):
        start, end = offsets[rows[number]], offsets[rows[number] + 1]
        _, line_stop, _, kinds, place = _line(utf8_bytes, bits_of, start, end)
        if not kinds & SEPARATOR or place == end:
            continue
        lead, stop, title, name = _title(utf8_bytes, bits_of, start, line_stop)
        if not (TITLE_CHARS[0] <= title <= TITLE_CHARS[1] and NAME_CHARS[0] <= name <= NAME_CHARS[1]):
            continue
        lines = full = 0
        while lines < 2 * BELOW and full < BELOW and place < end and not found[number]:
            other, other_stop, chars, _, place = _line(utf8_bytes, bits_of, place, end)
            lines, full = lines + 1, full + (chars > 0)
            found[number] = other_stop - other == stop - lead and same_bytes(utf8_bytes, lead, other, stop - lead)


@kernel(f"int64({UINT8}, {UINT8}, int64, int64, int64[:,::1])")
def _names(utf8_bytes: np.ndarray, bits_of: np.ndarray, start: int, end: int, names: np.ndarray) -> int:
    """Fill in where the names at the head of a text begin and end; how many there are."""
    number = full = read = 0
    place = start
    while full < HEAD_LINES and place < end and read < HEAD_CHARS:
        first = place
        lead, stop, chars, kinds, place = _line(utf8_bytes, bits_of, place, end)
        for byte in range(first, place):
            read += utf8_bytes[byte] & 0xC0 != 0x80
        full += chars > 0
        if NAME_CHARS[0] <= chars <= NAME_CHARS[1] and not kinds & SENTENCE and read <= HEAD_CHARS and place < end:
            names[0, number], names[1, number], number = lead, stop, number + 1
    return number


@kernel(f"void({INT64}, {UINT8}, {UINT8}, {INT64}, boolean[::1])")
def _find_names(offsets: np.ndarray, utf8_bytes: np.ndarray, bits_of: np.ndarray, rows: np.ndarray, found: np.ndarray) -> None:
    """Fill `found`."""
    names = np.zeros((2, HEAD_LINES), np.int64)
    for number in range(rows.size):
        start, end = offsets[rows[number]], offsets[rows[number] + 1]
        known = _names(utf8_bytes, bits_of, start, end, names)
        place = ink = start  # the end of the last character that is no space
        while known and place < end and not found[number]:
            code, behind = decoded(utf8_bytes, np.uint64(place))
            if bits_of[code] & DESCENT:
                for name in range(known):
                    length = names[1, name] - names[0, name]
                    if ink - length >= start and same_bytes(utf8_bytes, names[0, name], ink - length, length):
                        found[number] = True
            place = int(behind)
            if not bits_of[code] & SPACE:
                ink = place

"""What the lines of pages look like: how they begin and end, what repeats another, in one compiled pass over the characters."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from builder.text.classes import LINE_SPACES
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.kinds import kind_table
from builder.text.mixing import FNV_BASIS, fnv
from builder.text.page.lines import PageLines
from builder.text.readonly import INT64, UINT8

# Kinds of characters, the first three in runs.
HAN, LETTER, FIGURE, BULLET, OPENER, STOP, ASKING, COLON, COMMA, CLOSER, ELLIPSIS, SPACE, SYMBOL, PARTING, OTHER = range(15)
CHARACTERS = (
    ("·•★■●◆▪※□○▲◇", BULLET),
    ("“‘「『《（(【[<", OPENER),
    ("。！!；;", STOP),
    ("？?", ASKING),
    ("：:", COLON),
    ("，,、", COMMA),
    ("”’」』）)》】]", CLOSER),
    ("…⋯", ELLIPSIS),
    ("|｜丨│>＞»›→/／-_", PARTING),
)
RUNS = 10  # of characters of one kind that the shape of a line is made of, at most
TITLE_CHARS = 5  # of a title, at least: shorter lines are names of sections
TITLE_BYTES = 15  # the same in UTF-8
NO_TITLE, LIKE_TITLE, TITLE, FIRST = range(4)  # what a line has to do with the first line of its document, often the page's title


class Shapes(NamedTuple):
    """One entry a line."""

    first: np.ndarray  # the kind of its first character
    last: np.ndarray
    symbols: np.ndarray  # ASCII punctuation and signs
    colon: np.ndarray  # the place of the first colon, from 1; 0: none
    prefix: np.ndarray  # hash of the first two characters
    shape: np.ndarray  # hash of the kinds of characters, runs of Han by length
    text: np.ndarray  # hash of all
    title: np.ndarray  # of NO_TITLE to FIRST


def shapes(lines: PageLines, chosen: np.ndarray, rows: np.ndarray) -> Shapes:
    """The shapes of the chosen lines; those of one row are one document."""
    firsts = np.searchsorted(rows, rows)
    out = np.zeros((len(Shapes._fields), len(chosen)), np.int64)
    starts, stops = np.ascontiguousarray(lines.starts[chosen]), np.ascontiguousarray(lines.stops[chosen])
    _measure(starts, stops, firsts, lines.utf8_bytes, _kinds(), out)
    return Shapes(*out)


@cache
def _kinds() -> np.ndarray:
    """uint8[DECODABLE]: the kind of each code point."""
    symbols = "".join(chr(code) for code in range(0x21, 0x7F) if not chr(code).isalnum())
    counted = ((("han",), HAN), (("latin",), LETTER), (("digit",), FIGURE), (LINE_SPACES, SPACE))
    return kind_table(counted, ((symbols, SYMBOL), *CHARACTERS), OTHER)


@kernel("uint64(int64, int64)")
def _run(kind: int, length: int) -> np.uint64:
    """A run of characters as one number: names, headings and headlines differ in the length of their Han."""
    size = 0
    if kind == HAN:
        size = 1 + int(length > 2) + int(length > 4) + int(length > 7) + int(length > 14)
    return np.uint64(8 * kind + size)


@kernel(f"int64(int64, int64, int64, int64, int64, {UINT8})")
def _title(chars: int, start: int, stop: int, first: int, end: int, utf8_bytes: np.ndarray) -> int:
    """What the line from `start` to `stop` has to do with the one from `first` to `end`, another."""
    if chars < TITLE_CHARS:
        return NO_TITLE
    same = 0
    while start + same < stop and first + same < end and utf8_bytes[start + same] == utf8_bytes[first + same]:
        same += 1
    if 10 * same >= 8 * (stop - start):
        return TITLE
    return LIKE_TITLE if same >= TITLE_BYTES else NO_TITLE


@kernel(f"void({INT64}, {INT64}, {INT64}, {UINT8}, {UINT8}, int64[:,::1])")
def _measure(
    starts: np.ndarray, stops: np.ndarray, firsts: np.ndarray, utf8_bytes: np.ndarray, kind_of: np.ndarray, out: np.ndarray
) -> None:
    """Fill `out`, a line at a time."""
    basis = np.uint64(FNV_BASIS)
    for line in range(starts.size):
        place, end = np.uint64(starts[line]), np.uint64(stops[line])
        prefix, shape, text = basis, basis, basis
        chars, runs, running, length = 0, 0, np.int64(-1), 0
        while place < end:
            code, place = decoded(utf8_bytes, place)
            kind = np.int64(kind_of[code])
            if kind == SPACE:
                continue
            chars += 1
            if chars == 1:
                out[0, line] = kind
            if chars <= 2:
                prefix = fnv(prefix, np.uint64(code))
            text = fnv(text, np.uint64(code))
            out[1, line] = kind
            out[2, line] += kind >= BULLET and code < 0x80
            if kind == COLON and out[3, line] == 0:
                out[3, line] = chars
            if kind == running and kind <= FIGURE:
                length += 1
                continue
            if running >= 0 and runs < RUNS:
                shape, runs = fnv(shape, _run(running, length)), runs + 1
            running, length = kind, 1
        if runs < RUNS:
            shape = fnv(shape, _run(running, length))
        out[4, line], out[5, line], out[6, line] = prefix >> np.uint64(1), shape >> np.uint64(1), text >> np.uint64(1)
        first = firsts[line]
        out[7, line] = (
            FIRST if first == line else _title(chars, starts[line], stops[line], starts[first], stops[first], utf8_bytes)
        )

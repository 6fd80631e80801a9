"""Lines of pages: what each line of a batch is made of, and chosen lines folded for comparing, in one compiled pass each.

Folding makes one spelling of many: traditional characters become simplified one by one, fullwidth forms and letters become
small ASCII, a run of spaces becomes one space. Folded lines are for matching, never for output.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.canonical import images
from builder.text.classes import CODE_POINTS, DECODABLE, LINE_SPACES, partition
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.kinds import kind_table
from builder.text.page.sieve import Sieve
from builder.text.readonly import INT64, UINT8, UINT32

FEATURES = (
    "chars",  # all but spaces
    "han",
    "latin",  # ASCII letters
    "digit",
    "function",  # of the Han, the words that every sentence needs
    "mark",  # punctuation that stands inside and at the end of sentences, of either width
    "stop",  # of these, the marks that end a sentence
    "separator",  # > | / and what else parts the entries of a list of links
    "gap",  # runs of spaces inside the line
    "ends",  # 1 where the last character ends a sentence or closes what stands behind one
    "tail",  # characters behind the last mark that ends a sentence; all of them where there is none
)
CHARS, HAN, LATIN, DIGIT, FUNCTION, MARK, STOP, SEPARATOR, GAP, ENDS, TAIL = range(len(FEATURES))

# Kinds of characters, as the compiled code counts them; the last counts runs of spaces inside a line.
OTHER, SPACE, BREAK, HAN_CHAR, FUNCTION_CHAR, LETTER, FIGURE, INNER_MARK, STOP_MARK, CLOSER, PARTING, SPACE_RUN = range(12)
SPACE_CODE = 0x20

# The commonest characters of Chinese sentences, modern and classical, that names of sections and headlines do without.
FUNCTION_WORDS = "的了是在和不我有这他她也就都而及与之以其被把让将从但却又很会要能可以对于為與這個們還后於着過过吗呢吧者乃曰矣"
STOPS = "。！？…⋯!?；;"
CLOSERS = "”’」』）)》】\"'"  # may stand behind the mark that ends a sentence
MARKS = '，、：“”‘’「」『』《》（）—,:()"'
SEPARATORS = "|｜丨│>＞»›→/／·•-_－"


class PageLines(NamedTuple):
    """The lines of a batch of texts; spaces at either end of a line are not part of it."""

    rows: np.ndarray  # int64[n]: the text that a line stands in; ascending
    starts: np.ndarray  # int64[n]: where it begins in the UTF-8 bytes of the batch
    stops: np.ndarray  # int64[n]
    tails: np.ndarray  # int64[n]: where what follows its last full stop begins
    features: np.ndarray  # int32[n, len(FEATURES)]
    utf8_bytes: np.ndarray  # uint8[]: of the batch

    def folded(self, chosen: np.ndarray, *, tails: bool = False) -> list[bytes]:
        """The chosen lines (positions), or what follows their last full stop, folded, in UTF-8."""
        starts, stops = self._ends(chosen, tails=tails)
        offsets = np.zeros(len(chosen) + 1, np.int64)
        out = np.empty(int((stops - starts).sum() * 2) + 4, np.uint8)  # no folding needs more than twice the bytes
        _fold(starts, stops, self.utf8_bytes, _images(), offsets, out)
        borders, text = offsets.tolist(), out[: offsets[-1]].tobytes()
        return [text[first:last] for first, last in pairwise(borders)]

    def sifted(self, sieve: Sieve, chosen: np.ndarray, *, tails: bool = False) -> np.ndarray:
        """uint64[]: for each chosen line, or what follows its last full stop, the bits of the expressions that it may match."""
        return sieve.sift(*self._ends(chosen, tails=tails), self.utf8_bytes, _images())

    def each_alone(self, chosen: np.ndarray) -> PageLines:
        """The chosen lines (positions) as if each were all of a text."""
        places = (self.starts[chosen], self.stops[chosen], self.tails[chosen])
        return PageLines(np.arange(len(chosen)), *places, self.features[chosen], self.utf8_bytes)

    def _ends(self, chosen: np.ndarray, *, tails: bool) -> tuple[np.ndarray, np.ndarray]:
        return np.ascontiguousarray((self.tails if tails else self.starts)[chosen]), np.ascontiguousarray(self.stops[chosen])


def page_lines(texts: pa.ChunkedArray | pa.Array) -> PageLines:
    """The lines of a column of strings; a null has none."""
    offsets, utf8_bytes = utf8(texts)
    number = _count_lines(offsets, utf8_bytes)
    rows, places = np.zeros(number, np.int64), np.zeros((3, number), np.int64)
    features = np.zeros((number, len(FEATURES)), np.int32)
    _measure(offsets, utf8_bytes, _kinds(), rows, places, features)
    places[:, places[0] < 0] = 0  # lines without a character lie nowhere
    return PageLines(rows, places[0], places[1], places[2], features, utf8_bytes)


@cache
def _kinds() -> np.ndarray:
    """uint8[DECODABLE]: the kind of each code point."""
    counted = ((("han",), HAN_CHAR), (("latin",), LETTER), (("digit",), FIGURE), (LINE_SPACES, SPACE))
    characters = (
        (FUNCTION_WORDS, FUNCTION_CHAR),
        (MARKS, INNER_MARK),
        (CLOSERS, CLOSER),  # some of them are marks inside of sentences as well
        (STOPS, STOP_MARK),
        (SEPARATORS, PARTING),
        ("\n", BREAK),
    )
    return kind_table(counted, characters)


@cache
def _images() -> np.ndarray:
    """uint32[DECODABLE]: what each code point is folded to."""
    table = np.arange(DECODABLE, dtype=np.uint32)
    for code in range(0xFF01, 0xFF5F):  # the fullwidth forms stand in the order of ASCII
        table[code] = ord(chr(code - 0xFEE0).lower())
    for code in range(ord("A"), ord("Z") + 1):
        table[code] = code + 32
    for traditional, simplified in images().simplified.items():
        table[traditional] = simplified
    spaces = np.any([partition().members(name) for name in ("tab", "wide_space", "odd_space")], axis=0)
    table[:CODE_POINTS][spaces] = ord(" ")
    table.flags.writeable = False
    return table


@kernel("int64(uint32)")
def _width(code: np.uint32) -> int:
    """Bytes of a code point in UTF-8."""
    return 1 + int(code >= 0x80) + int(code >= 0x800) + int(code >= 0x10000)


@kernel("int64(uint8[::1], int64, uint32)")
def _write(out: np.ndarray, place: int, code: np.uint32) -> int:
    """Write a code point in UTF-8; the place behind it."""
    width = _width(code)
    for byte in range(width - 1, 0, -1):
        out[place + byte] = np.uint32(0x80) | code & np.uint32(0x3F)
        code >>= np.uint32(6)
    lead = np.uint32(0) if width == 1 else np.uint32(0xFF00) >> np.uint32(width) & np.uint32(0xFF)
    out[place] = lead | code
    return place + width


def _count_lines(offsets: np.ndarray, utf8_bytes: np.ndarray) -> int:
    newlines = np.count_nonzero(utf8_bytes[offsets[0] : offsets[-1]] == ord("\n"))
    return int(newlines + np.count_nonzero(np.diff(offsets)))


@kernel("void(int32[::1], int64, int32[::1])")
def _sum_up(of_kind: np.ndarray, tail: int, features: np.ndarray) -> None:
    """Fill a line's features from its counts of kinds, and clear these."""
    features[0] = of_kind[:SPACE_RUN].sum()
    features[1] = of_kind[HAN_CHAR] + of_kind[FUNCTION_CHAR]
    features[2] = of_kind[LETTER]
    features[3] = of_kind[FIGURE]
    features[4] = of_kind[FUNCTION_CHAR]
    features[5] = of_kind[INNER_MARK] + of_kind[STOP_MARK] + of_kind[CLOSER]
    features[6] = of_kind[STOP_MARK]
    features[7] = of_kind[PARTING]
    features[8] = of_kind[SPACE_RUN]
    features[9] = tail == 0 and of_kind[STOP_MARK] > 0
    features[10] = tail
    of_kind[:] = 0


@kernel(f"void({INT64}, {UINT8}, {UINT8}, int64[::1], int64[:,::1], int32[:,::1])")
def _measure(
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    kind_of: np.ndarray,
    rows: np.ndarray,
    places: np.ndarray,
    features: np.ndarray,
) -> None:
    """Fill the arrays, a line at a time. `places`: int64[3, n], where lines begin and end, and their tails begin."""
    of_kind = np.zeros(SPACE_RUN + 1, np.int32)
    line = 0
    for row in range(offsets.size - 1):
        place, end, tail, spaced = np.uint64(offsets[row]), np.uint64(offsets[row + 1]), 0, False
        if place == end:
            continue
        rows[line], places[:, line] = row, -1
        while place < end:
            first = place
            code, place = decoded(utf8_bytes, place)
            kind = kind_of[code]
            if kind == SPACE:
                spaced = True
            elif kind == BREAK:
                _sum_up(of_kind, tail, features[line])
                line += 1
                rows[line], places[:, line], tail, spaced = row, -1, 0, False
            else:
                if places[0, line] < 0:
                    places[:, line] = first
                    spaced = False
                closes = kind == STOP_MARK or (kind == CLOSER and tail == 0 and of_kind[STOP_MARK] > 0)
                tail = 0 if closes else tail + 1
                places[1, line] = place
                places[2, line] = place if closes else places[2, line]
                of_kind[kind] += 1
                of_kind[SPACE_RUN] += spaced
                spaced = False
        _sum_up(of_kind, tail, features[line])
        line += 1


@kernel(f"void({INT64}, {INT64}, {UINT8}, {UINT32}, int64[::1], uint8[::1])")
def _fold(
    starts: np.ndarray, stops: np.ndarray, utf8_bytes: np.ndarray, image_of: np.ndarray, offsets: np.ndarray, out: np.ndarray
) -> None:
    """Write the folded lines one after the other."""
    written = 0
    for line in range(starts.size):
        place, end = np.uint64(starts[line]), np.uint64(stops[line])
        spaced = True  # none at the start
        while place < end:
            code, place = decoded(utf8_bytes, place)
            code = image_of[code]
            if code != SPACE_CODE or not spaced:
                written = _write(out, written, code)
            spaced = code == SPACE_CODE
        offsets[line + 1] = written

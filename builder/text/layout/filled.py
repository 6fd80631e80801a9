"""Rows that a program filled: it takes words until the next one does not fit, and a character of Han is a word.

So each break allows a few widths: as wide as the row before it, and too narrow for that row with the next word. A page was
wrapped at a width that nearly all its breaks allow. Which widths a break allows leaves room for the usual bans at the ends of
rows: a mark may hang out behind a row, or draw the word before it to the next row; an opening bracket goes with what it opens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from heapq import nlargest
from itertools import accumulate, chain
from operator import itemgetter
from typing import NamedTuple

from builder.text.layout.rows import MARK, half_ems
from builder.text.layout.wraps import MAX_CELLS, MIN_CELLS
from builder.text.pattern import chars

OPENING, CLOSING = re.escape("“‘（《「『【〔〈([{"), re.escape("，。、；：？！）》」』”’】〕〉…—·,.;:?!)]}")
WORD = re.compile(f"[{OPENING}]*(?:[!-~]+|.)?[{CLOSING}]*")
HANGING = re.compile(f"[{CLOSING}]{{1,3}}\\Z")
LONG_WORD = re.compile("[!-~]+")  # may be wider than its row
ENDED = re.compile(f"[{chars('terminal_mark')};?!][\"'”’」』）)》]*\\Z")
SENTENCE = re.compile(f"[{chars('terminal_mark')};?!](?=.)")

FIRST_SHIFTS = (0, -2, 2)  # characters of an indentation that was taken away after wrapping, or put before it
ROWS_A_MARK, ROWS_A_SENTENCE = (
    3,
    10,
)  # prose has no fewer; headlines, lists and verse of one width have no sentence that ends inside
SHORT_ENDS = 0.5  # of paragraphs, those whose last row is short; in prose all but one in the width
PLACES = 3  # in a row where sentences end; in verse and couplets one or two
CERTAIN = 0.95  # of the breaks, those that the width explains
SURE = 3  # breaks between Han
WIDTHS = 3  # that are tried where rows are not told from words

Measure = Callable[[str], int]


class Piece(NamedTuple):
    """What stands between two breaks or two spaces, measured."""

    text: str
    size: int
    word: int  # the size of its first word, with brackets and marks that may not be parted from it
    hanging: int  # the size of the marks at its end

    @property
    def narrowest(self) -> int:
        """Of the widths at which it may be a row."""
        return 0 if LONG_WORD.fullmatch(self.text) else self.size - self.hanging


class Break(NamedTuple):
    """What a break between two rows says of the width: it is one of `narrowest` … `widest`."""

    narrowest: int
    widest: int
    first: bool  # the row before it is the first of its paragraph


class Filling(NamedTuple):
    """A width of rows, by what they are measured, and how much wider a first row is allowed to be."""

    width: int
    shift: int
    measure: Measure

    def explains(self, found: Break) -> bool:
        """Whether a break stands where this width puts one."""
        return found.narrowest <= self.width + self.shift * found.first <= found.widest


def piece_of(text: str, measure: Measure) -> Piece:
    """A text, measured."""
    word, hanging = WORD.match(text), HANGING.search(text)
    return Piece(text, measure(text), measure(word[0]) if word else 0, measure(hanging[0]) if hanging else 0)


def break_between(row: Piece, following: Piece, *, first: bool) -> Break:
    """What a break says. Between words, or beside one, a space would have stood there."""
    apart = row.text[-1:].isascii() or following.text[:1].isascii()
    return Break(row.narrowest, row.size + apart + following.word - 1, first)


def likely(breaks: Sequence[Break], measure: Measure) -> list[tuple[int, Filling]]:
    """For each shift the widths that explain most of these breaks, with how many they explain; the best first."""
    low, high = bounds(measure)
    found = []
    for shift in shifts(measure):
        votes = _votes(breaks, shift, high)
        best = nlargest(WIDTHS, range(low, high), key=votes.__getitem__)
        found += [(votes[width], Filling(width, shift, measure)) for width in best if votes[width]]
    return sorted(found, key=itemgetter(0), reverse=True)


def _votes(breaks: Iterable[Break], shift: int, limit: int) -> list[int]:
    """For each width how many breaks allow it."""
    steps = [0] * (limit + 1)
    for found in breaks:
        moved = shift * found.first
        narrowest, widest = max(found.narrowest - moved, 0), min(found.widest - moved, limit - 1)
        if narrowest <= widest:
            steps[narrowest] += 1
            steps[widest + 1] -= 1
    return list(accumulate(steps))


def bounds(measure: Measure) -> tuple[int, int]:
    """The least width, and the one behind the greatest."""
    return _scale(measure) * MIN_CELLS, _scale(measure) * MAX_CELLS + 1


def shifts(measure: Measure) -> tuple[int, ...]:
    """By how much the width of a first row may differ."""
    return tuple(_scale(measure) * shift for shift in FIRST_SHIFTS)


def _scale(measure: Measure) -> int:
    return 2 if measure is half_ems else 1


def is_prose(wrapped: Sequence[Sequence[str]], filling: Filling) -> bool:
    """Whether paragraphs of two rows and more are prose: with marks in them, and broken mostly inside of clauses."""
    rows = list(chain.from_iterable(wrapped))
    marked = sum(MARK.search(row) is not None for row in rows)
    inside = sum(not MARK.match(row[-1]) for rows in wrapped for row in rows[:-1])
    return (
        marked * ROWS_A_MARK >= len(rows)
        and inside * ROWS_A_MARK >= len(rows) - len(wrapped)
        and _ends_anywhere(wrapped, filling)
    )


def _ends_anywhere(wrapped: Sequence[Sequence[str]], filling: Filling) -> bool:
    """Whether sentences end at any place of a row, as they do in neither verse nor headlines of one width."""
    inside = [found.start() for rows in wrapped for row in rows for found in SENTENCE.finditer(row)]
    short = [rows[-1] for rows in wrapped if filling.measure(rows[-1]) < filling.width - 1]
    ended = len(inside) + sum(ENDED.search(row) is not None for row in short)
    anywhere = len(set(inside)) >= PLACES or len(short) >= SHORT_ENDS * len(wrapped)
    return anywhere and ended * ROWS_A_SENTENCE >= sum(map(len, wrapped))

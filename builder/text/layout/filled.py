"""Rows that a program filled: it takes words until the next one does not fit, and a character of Han is a word.

So each break allows a few widths: as wide as the row before it, and too narrow for that row with the next word. A page was
wrapped at a width that nearly all its breaks allow. Which widths a break allows leaves room for the usual bans at the ends of
rows: a mark may hang out behind a row, or draw the word before it to the next row; an opening bracket goes with what it opens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from builder.text.layout.measured import elected
from builder.text.layout.rows import MARK, half_ems
from builder.text.pattern import chars

ENDED = re.compile(f"[{chars('terminal_mark')};?!][\"'”’」』）)》]*\\Z")
SENTENCE = re.compile(f"[{chars('terminal_mark')};?!](?=.)")

ROWS_A_MARK, ROWS_A_SENTENCE = (
    3,
    10,
)  # prose has no fewer; headlines, lists and verse of one width have no sentence that ends inside
ROOM_A_SENTENCE = 480  # half-ems, or characters: sentences of law are as long
SHORT_ENDS = 0.5  # of paragraphs, those whose last row is short; in prose all but one in the width
PLACES = 3  # in a row where sentences end; in verse and couplets one or two
CERTAIN = 0.95  # of the breaks, those that the width explains
SURE = 3  # breaks between Han
MEASURES = (True, False)  # half-ems, characters


class Filling(NamedTuple):
    """A width of rows, how much wider a first row is allowed to be, and whether both are half-ems or characters."""

    width: int
    shift: int
    ems: bool

    @property
    def measure(self) -> Callable[[str], int]:
        """How wide a text is."""
        return half_ems if self.ems else len


def likely(breaks: np.ndarray, *, ems: bool) -> list[tuple[int, Filling]]:
    """For each shift the widths that explain most of these breaks, with how many they explain; the best first."""
    return [(votes, Filling(width, shift, ems)) for votes, width, shift in elected(breaks, ems=ems)]


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
    return anywhere and ended * max(ROWS_A_SENTENCE, ROOM_A_SENTENCE // filling.width) >= sum(map(len, wrapped))

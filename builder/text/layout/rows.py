"""Rows of set text: how wide a line is, and which spaces of a paragraph may be the ends of its rows.

Widths are counted in *cells*, one a character, as a program counts that cuts after so many characters; or in *half-ems*, two
for a character of a Chinese font and one for the rest, as a typesetter fills a column (the wide ones of Unicode Standard Annex
11, with the marks that it calls ambiguous and Chinese fonts set wide).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from builder.text.pattern import chars

AMBIGUOUS = (
    "\N{EM DASH}\N{HORIZONTAL BAR}\N{HORIZONTAL ELLIPSIS}\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
    "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{MIDDLE DOT}"
)
WIDE = re.compile(f"[\u2e80-\uffdc\U00020000-\U0003ffff{AMBIGUOUS}]+")

LOOSE, TIGHT = 5, 4  # half-ems that a justified row falls short of its column or stands out of it; read off newspaper pages
INDENT = 6  # half-ems that a first row may fall short: two characters, and what justifying takes
KEPT = 20.0  # the cost of a space that stays, in half-ems of deviation: rows are preferred that leave none
MAX_TOKENS = 2_000  # of one paragraph: no newspaper sets longer ones


HAN = chars("han")
HAN_FIRST = re.compile(f"[{HAN}]")
HAN_BREAK = re.compile(f"[ \\n](?<=[{HAN}][ \\n])(?=[{HAN}])")  # begins with what is searched for: fast
CHINESE = re.compile(f"[{HAN}{chars('cjk_mark', 'terminal_mark')}]")
SPACE_INSIDE = re.compile(f" (?<={CHINESE.pattern} )(?={CHINESE.pattern})")  # begins with what is searched for: fast
MARK = re.compile(f"[{chars('cjk_mark', 'terminal_mark')},:;?!]")


class Fit(NamedTuple):
    """A paragraph cut into rows."""

    rows: tuple[str, ...]
    kept: int  # spaces that stay inside rows
    cost: float


def half_ems(text: str) -> int:
    """The width of a text as set."""
    return len(text) + sum(map(len, WIDE.findall(text)))


def between_han(before: str, after: str) -> bool:
    """Whether Han stands on both sides of the break between two rows: a line of verse or of a list ends in a mark."""
    return bool(HAN_FIRST.match(before[-1:]) and HAN_FIRST.match(after))


def spaces_inside(rows: Sequence[str]) -> int:
    """Of the spaces between these rows, those with Han or Chinese marks on both sides."""
    return sum(bool(CHINESE.match(before[-1:]) and CHINESE.match(after)) for before, after in pairwise(rows))


def rows_of_cells(line: str, width: int, first: int) -> tuple[str, ...]:
    """The line cut after `first` and then after every `width` characters, where a space stands at each cut; else none."""
    if not 0 < first <= width:
        return ()
    cuts = line[first :: width + 1]
    if not cuts or cuts.strip(" "):
        return ()
    return (line[:first], *(line[end + 1 : end + 1 + width] for end in range(first, len(line), width + 1)))


def rows_of_column(tokens: list[str], width: int) -> Fit | None:
    """The best cut of tokens, parted by single spaces, into rows of a column of `width` half-ems; None where none fits."""
    if len(tokens) > MAX_TOKENS:
        return None
    sizes = [half_ems(token) for token in tokens]
    best: list[tuple[float, int]] = [(0.0, 0)]  # by number of tokens: the cost, and where the last row begins
    for end in range(1, len(tokens) + 1):
        best.append(_last_row(sizes, best, end, width))
    if best[-1][0] == float("inf"):
        return None
    ends = [len(tokens)]
    while ends[-1]:
        ends.append(best[ends[-1]][1])
    rows = tuple(" ".join(tokens[start:end]) for start, end in pairwise(reversed(ends)))
    return Fit(rows, len(tokens) - len(rows), best[-1][0])


def _last_row(sizes: list[int], best: list[tuple[float, int]], end: int, width: int) -> tuple[float, int]:
    """(cost, start) of the cheapest way to end a row behind `end` tokens."""
    found, size, start = (float("inf"), 0), -1, end
    while start and size + 1 + sizes[start - 1] <= width + TIGHT:
        start -= 1
        size += 1 + sizes[start]
        short = 0 if end == len(sizes) else width - size
        if short <= (INDENT if start == 0 else LOOSE):
            aim = max(short - TIGHT, 0) if start == 0 else abs(short)
            found = min(found, (best[start][0] + KEPT * (end - start - 1) + aim, start))
    return found

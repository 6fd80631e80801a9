"""Paragraphs set in a justified column: rows nearly as wide as each other, the first one indented by two characters.

Reading a page by machine leaves a space where a row ended. Each paragraph has the width of its own rows; one with
few rows takes the width of its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from statistics import median_low
from typing import NamedTuple

from builder.text.layout.rows import INDENT, LOOSE, MARK, SPACE_INSIDE, TIGHT, Fit, half_ems, rows_of_column, spaces_inside
from builder.text.layout.wraps import MAX_CELLS, MIN_CELLS
from builder.text.pattern import chars

SENTENCE_END = re.compile(f"[{chars('terminal_mark')};?!]")
OWN_ROWS = 3  # full rows that give a paragraph a width of its own
SURE = 8  # spaces inside of Chinese that make a column certain
EXPLAINED = 0.6  # of the spaces inside of Chinese in sentences, those that columns account for
FRAGMENT_ROWS = 5  # rows of a paragraph that a fragment may have fallen into
FRAGMENTS_TRIED = 3


class Column(NamedTuple):
    """A paragraph as it was set."""

    rows: tuple[str, ...] = ()
    width: int = 0  # of a full row, in half-ems
    fragment: int = -1  # the place of a row that comes from another paragraph


UNKNOWN = Column()


def columns_of(lines: Sequence[str]) -> list[Column]:
    """How each of these lines was set, `UNKNOWN` where nothing tells; all unknown where the page proves no column."""
    inner = [[half_ems(token) for token in line.split(" ")[1:-1]] if MARK.search(line) else [] for line in lines]
    page = _page_width([size for sizes in inner for size in sizes])
    widths = [_own_width(sizes) or (page if sizes else 0) for sizes in inner]
    found = [_set(line, width) if width else UNKNOWN for line, width in zip(lines, widths, strict=True)]
    if not _is_certain(lines, found):
        return [UNKNOWN] * len(lines)
    before = _carried([column.width for column in found])
    after = _carried([column.width for column in reversed(found)])[::-1]
    return [
        column if column.rows else _borrowed(line, (left, right))
        for line, column, left, right in zip(lines, found, before, after, strict=True)
    ]


def _own_width(sizes: Sequence[int]) -> int:
    """The width that the inner rows of a paragraph have in common; 0 where there are too few."""
    width = median_low(sizes) if len(sizes) >= OWN_ROWS else 0
    return width if 2 * MIN_CELLS <= width <= 2 * MAX_CELLS else 0


def _page_width(sizes: Sequence[int]) -> int:
    """The width that most inner rows of a page have; 0 where they have none in common."""
    width = _own_width(sizes)
    near = sum(width - LOOSE <= size <= width + TIGHT for size in sizes)
    return width if near >= EXPLAINED * len(sizes) else 0


def _set(line: str, width: int) -> Column:
    """The line in rows of this width, if need be without one fragment; `UNKNOWN` where it does not fit."""
    tokens = line.split(" ")
    fit = rows_of_column(tokens, width)
    if fit is not None:
        return Column(fit.rows, width) if _is_sound(fit) else UNKNOWN
    if len(tokens) <= FRAGMENT_ROWS:
        return UNKNOWN
    strange = [
        place
        for place in range(1, len(tokens) - 1)
        if MARK.match(tokens[place][-1:]) and half_ems(tokens[place]) < width - INDENT
    ]
    for place in strange[:FRAGMENTS_TRIED]:
        fit = rows_of_column(tokens[:place] + tokens[place + 1 :], width)
        if fit is not None and _is_sound(fit):
            ends = [0, *accumulate(row.count(" ") + 1 for row in fit.rows)]
            if place in ends:
                row = ends.index(place)
                return Column((*fit.rows[:row], tokens[place], *fit.rows[row:]), width, row)
    return UNKNOWN


def _borrowed(line: str, widths: Sequence[int]) -> Column:
    """A short paragraph in rows of one of these widths, the nearer ones first."""
    tokens = line.split(" ")
    if "" in tokens or not MARK.search(line):
        return UNKNOWN
    if len(tokens) == 1:  # the first row of a paragraph that goes on in the next column, or a short paragraph
        width = next((width for width in widths if width - INDENT <= half_ems(line) <= width + TIGHT), 0)
        return Column((line,), width) if width else UNKNOWN
    fits = [(fit.cost, width, fit) for width in widths if width and (fit := rows_of_column(tokens, width)) is not None]
    if not fits:
        return UNKNOWN
    _, width, fit = min(fits)
    whole = SENTENCE_END.search(line) or half_ems(fit.rows[-1]) >= width - LOOSE  # a heading in two lines has neither
    return Column(fit.rows, width) if whole and _is_sound(fit) else UNKNOWN


def _is_sound(fit: Fit) -> bool:
    """Whether rows rather than spaces inside of rows account for the spaces."""
    return len(fit.rows) - 1 > fit.kept


def _is_certain(lines: Sequence[str], found: Sequence[Column]) -> bool:
    cuts = sum(spaces_inside(column.rows) for column in found)
    total = sum(len(SPACE_INSIDE.findall(line)) for line in lines if MARK.search(line))
    return cuts >= SURE and cuts >= EXPLAINED * total


def _carried(widths: Sequence[int]) -> list[int]:
    """For each place the last width before it that is known, 0 where none is."""
    carried, last = [], 0
    for width in widths:
        carried.append(last)
        last = width or last
    return carried

"""Which spaces a program left that filled rows (filled.py), and then put the rows of each paragraph on one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from builder.text.layout.filled import (
    CERTAIN,
    SURE,
    Break,
    Filling,
    Measure,
    Piece,
    bounds,
    break_between,
    is_prose,
    likely,
    piece_of,
)
from builder.text.layout.rows import CHINESE, SPACE_INSIDE, between_han, half_ems, spaces_inside

EXPLAINED = 0.8  # of the spaces inside of Chinese, those that the width explains, and of the lines wider than it
LINES_JUDGED = 40  # of a text, for its width
CANDIDATES = 4  # widths that are tried
TOLERANCE = 4  # half-ems that marks hang out


class FilledLines(NamedTuple):
    """The lines of a text, the rows of each, none where it does not fit, and what they were filled by."""

    filling: Filling
    rows: list[tuple[str, ...]]


def filled_spaces(lines: Sequence[str]) -> FilledLines | None:
    """The rows of each line; None where no width explains the spaces."""
    total = sum(len(SPACE_INSIDE.findall(line)) for line in lines)
    if total < SURE:
        return None
    filling = _filling_of([line for line in lines if SPACE_INSIDE.search(line)][:LINES_JUDGED])
    if filling is None:
        return None
    found = FilledLines(filling, [_rows(_pieces(line, filling.measure), filling) for line in lines])
    return found if _is_certain(lines, found, total) else None


def _pieces(line: str, measure: Measure) -> list[Piece]:
    return [piece_of(piece, measure) for piece in line.split(" ")]


def _filling_of(lines: Sequence[str]) -> Filling | None:
    """The filling that explains most spaces of these lines, None where there is none."""
    best, most = None, 0
    total = sum(len(SPACE_INSIDE.findall(line)) for line in lines)
    for measure in (half_ems, len):
        pieces = [_pieces(line, measure) for line in lines]
        for filling in _likely(pieces, measure):
            right = sum(spaces_inside(_rows(line, filling)) for line in pieces)
            if right > most:
                best, most = filling, right
            if most >= CERTAIN * total:
                return best
    return best


def _is_certain(lines: Sequence[str], found: FilledLines, total: int) -> bool:
    """Whether a filling explains most spaces inside of Chinese and most of the lines that are wider, in prose."""
    wrapped = [rows for rows in found.rows if len(rows) > 1]
    long = sum(found.filling.measure(line) > found.filling.width + TOLERANCE for line in lines)
    between = sum(between_han(before, after) for rows in wrapped for before, after in pairwise(rows))
    return (
        between >= SURE
        and sum(map(spaces_inside, wrapped)) >= EXPLAINED * total
        and len(wrapped) >= EXPLAINED * long
        and is_prose(wrapped, found.filling)
    )


def _likely(lines: Sequence[Sequence[Piece]], measure: Measure) -> list[Filling]:
    """The fillings that most lines may have been wrapped by, judged by their first rows and by what stands between spaces."""
    found = likely([said for line in lines for said in _said(line, bounds(measure)[1])], measure)
    return [filling for votes, filling in found[:CANDIDATES] if votes >= SURE]


def _said(line: Sequence[Piece], limit: int) -> Iterator[Break]:
    """What the spaces of a line say if its first row ends there, and those that end what stands between two."""
    size = -1
    for place, (piece, following) in enumerate(pairwise(line)):
        size += 1 + piece.size
        if not (CHINESE.match(piece.text[-1:]) or CHINESE.match(following.text)):
            continue
        if place:
            yield break_between(piece, following, first=False)
        if size < limit:
            yield break_between(_row(line, 0, place + 1, size), following, first=True)


def _row(line: Sequence[Piece], start: int, end: int, size: int) -> Piece:
    """Some pieces of a line, with the spaces between them, as one."""
    if end - start == 1:
        return line[start]
    return Piece(" " + line[end - 1].text, size, line[start].word, line[end - 1].hanging)


def _rows(line: Sequence[Piece], filling: Filling) -> tuple[str, ...]:
    """The rows of a line, none where a break does not stand where the filling puts one."""
    rows, start = [], 0
    while start < len(line):
        end = _end_of_row(line, start, filling)
        if not end:
            return ()
        rows.append(" ".join(piece.text for piece in line[start:end]))
        start = end
    return tuple(rows) if _is_sound(rows) else ()


def _is_sound(rows: Sequence[str]) -> bool:
    """Whether the ends of rows rather than spaces inside of rows account for the spaces of a line."""
    return len(rows) == 1 or len(rows) - 1 > sum(len(SPACE_INSIDE.findall(row)) for row in rows)


def _end_of_row(line: Sequence[Piece], start: int, filling: Filling) -> int:
    """Where a row ends that begins at a piece, if the filling puts a break there; 0 if nowhere.

    Rows that keep no space inside of Chinese come first, then the longest.
    """
    first = start == 0
    width = filling.width + filling.shift * first
    size, kept, best = line[start].size, 0, (0, 0)
    for end in range(start + 1, len(line) + 1):
        row = _row(line, start, end, size)
        following = line[end] if end < len(line) else None
        if row.narrowest <= width if following is None else filling.explains(break_between(row, following, first=first)):
            best = max(best, (-kept, end)) if best[1] else (-kept, end)
        if following is None:
            break
        kept += CHINESE.match(row.text[-1:]) is not None and CHINESE.match(following.text) is not None
        size += 1 + following.size
        if size > width + TOLERANCE:
            break
    return best[1]

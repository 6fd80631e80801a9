"""Paragraphs that a program wrapped: every row but the last has the same number of characters, words cut wherever it came.

A paragraph is one line whose rows are parted by single spaces, or a block of lines. The first row may be up to three characters
short, where an indentation was taken away after wrapping.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from builder.text.layout.rows import HAN_BREAK, MARK, SPACE_INSIDE, between_han, rows_of_cells, spaces_inside
from builder.text.layout.wraps import MAX_CELLS, MIN_CELLS

FIRST_SHORT = 3  # characters that a first row may fall short
SURE = 5  # twice the breaks of paragraphs of three rows and more, and those of shorter ones, that make a width certain
EXPLAINED = 0.6  # of the breaks, those that the width accounts for
HALF_EXPLAINED = 0.4
ROWS_A_MARK = 3  # prose has a mark in two rows of three; couplets and slogans set in one width have none
FULL_ENDS = 0.5  # of prose paragraphs, those whose last row is full; one in `width` by chance
WRAPPED = 0.5  # of the lines that are longer than a row, those that were wrapped
STRANGE = 0.05  # of as many blocks as fit, those that do not
CUTS = 3  # that no chance brings about


def width_in_cells(blocks: Sequence[str]) -> int:
    """The number of characters after which most of these blocks were wrapped; 0 where they were not."""
    votes: Counter[int] = Counter()
    for block in blocks:
        votes.update(_votes(block))
    if not votes:
        return 0
    width = min(votes, key=lambda each: (-votes[each], each))
    return width if votes[width] >= SURE and _is_prose(blocks, width) else 0


def rows_of_block(block: str, width: int) -> tuple[str, ...]:
    """The rows of one block at this width, none where it was not wrapped so. A longer first row is preferred."""
    lines = block.split("\n")
    if len(lines) > 1:
        return tuple(lines) if _are_rows(lines, width) else ()
    for first in range(width, width - FIRST_SHORT - 1, -1):
        rows = rows_of_cells(block, width, first)
        if len(rows) > 2 or (rows and MARK.search(block)):
            return rows
    rows = rows_of_cells(block, width, block.find(" "))  # something that stood before the first row was taken away
    return rows if len(rows) > CUTS else ()


def fits_all(blocks: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether nothing but rows of this width is left: no break inside of Chinese between lines, and hardly a longer line."""
    others = [block.split("\n") for block, fit in zip(blocks, rows, strict=True) if not fit]
    long = sum(max(map(len, lines)) > width for lines in others)
    return not any(map(_breaks, others)) and long <= STRANGE * sum(len(block) > 1 for block in rows)


def _votes(block: str) -> dict[int, int]:
    """Widths at which a block may have been wrapped, and what each is worth."""
    cuts = _line_cuts(block.split("\n")) if "\n" in block else _space_cuts(block)
    return {width: breaks * (2 if rows > 2 else 1) for width, rows, breaks in cuts if MIN_CELLS <= width <= MAX_CELLS}


def _line_cuts(lines: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """(width, rows, breaks) of a block of lines."""
    first = len(lines[0])
    for width in [len(lines[1])] if len(lines) > 2 else range(first, first + FIRST_SHORT + 1):
        if _are_rows(lines, width):
            yield width, len(lines), _breaks(lines)


def _space_cuts(line: str) -> Iterator[tuple[int, int, int]]:
    """(width, rows, breaks) of one line, for each space that may end its first row."""
    end = line.find(" ", 0, MAX_CELLS + 1)
    while end >= 0:
        for width in range(end, end + FIRST_SHORT + 1):
            if line[end + 1 + width : end + 2 + width] in ("", " ") and (rows := rows_of_cells(line, width, end)):
                yield width, len(rows), spaces_inside(rows)
        end = line.find(" ", end + 1, MAX_CELLS + 1)


def _breaks(lines: Sequence[str]) -> int:
    return sum(between_han(before, after) for before, after in pairwise(lines))


def _are_rows(lines: Sequence[str], width: int) -> bool:
    """Whether lines are the rows of one paragraph."""
    return (
        width - FIRST_SHORT <= len(lines[0]) <= width
        and all(len(line) == width for line in lines[1:-1])
        and len(lines[-1]) <= width
    )


def _is_prose(blocks: Sequence[str], width: int) -> bool:
    """Whether what fits this width is prose, and most of what could have been cut."""
    fitting = [rows for block in blocks if (rows := rows_of_block(block, width))]
    marks = sum(len(MARK.findall(row)) for rows in fitting for row in rows)
    full = sum(len(rows[-1]) == width for rows in fitting)
    long = sum("\n" not in block and len(block) > width for block in blocks)
    if long * WRAPPED > len(fitting) or marks * ROWS_A_MARK < sum(map(len, fitting)) or full > FULL_ENDS * len(fitting):
        return False
    return _explained(blocks, fitting) >= EXPLAINED


def _explained(blocks: Sequence[str], fitting: Sequence[Sequence[str]]) -> float:
    """The share of what could have been cut that was: of all spaces and line breaks inside of Chinese, or of those between Han.

    Between Han a writer puts no space. Behind marks there are others, such as those that were quotation marks.
    """
    between = sum(map(_breaks, fitting))
    inside = sum(map(spaces_inside, fitting))
    of_between = sum(len(HAN_BREAK.findall(block)) for block in blocks)
    of_inside = sum(len(SPACE_INSIDE.findall(block)) for block in blocks) + sum(
        _breaks(block.split("\n")) for block in blocks if "\n" in block
    )
    all_share = inside / max(of_inside, inside, 1)
    return max(all_share, between / max(of_between, between, 1) if between >= CUTS and all_share >= HALF_EXPLAINED else 0)

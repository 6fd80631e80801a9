"""Paragraphs that a program wrapped: every row but the last has the same number of characters, words cut wherever it came.

A paragraph is one line whose rows are parted by single spaces, or a block of lines. The first row may be up to three characters
short, where an indentation was taken away after wrapping.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, pairwise

from builder.text.layout.cell_votes import FIRST_SHORT, votes_of
from builder.text.layout.measured import lines_between_chinese, lines_between_han, pieces_of
from builder.text.layout.rows import HAN, HAN_BREAK, MARK, SPACE_INSIDE, between_han, rows_of_cells

SURE = 5  # twice the breaks of paragraphs of three rows and more, and those of shorter ones, that make a width certain
EXPLAINED = 0.6  # of the breaks, those that the width accounts for
HALF_EXPLAINED = 0.4
ROWS_A_MARK = 3  # prose has a mark in two rows of three; couplets and slogans set in one width have none
FULL_ENDS = 0.5  # of prose paragraphs, those whose last row is full; one in `width` by chance
WRAPPED = 0.5  # of the lines that are longer than a row, those that were wrapped
STRANGE = 0.05  # of as many blocks as fit, those that do not
BESIDE = re.compile(f"[{HAN}][0-9A-Za-z]|[0-9A-Za-z][{HAN}]")
CUTS = 3  # that no chance brings about


def cut_in_cells(blocks: Sequence[str]) -> tuple[int, list[tuple[str, ...]]]:
    """The number of characters after which most of these blocks were wrapped, 0 where they were not, and the rows of each."""
    votes = votes_of(blocks)
    width = int(votes.argmax())
    if votes[width] < SURE:
        return 0, []
    rows = [rows_of_block(block, width) for block in blocks]
    return (width, rows) if _is_prose(blocks, rows, width) else (0, [])


def rows_of_block(block: str, width: int) -> tuple[str, ...]:
    """The rows of one block at this width, none where it was not wrapped so. A longer first row is preferred."""
    lines = block.split("\n")
    if len(lines) > 1:
        return tuple(lines) if _are_rows(lines, width) else ()
    if " " not in block:
        return ()
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


def _breaks(lines: Sequence[str]) -> int:
    """How many lines break off inside of Chinese, or between Han and a number or a word."""
    return sum(
        between_han(before, after) or BESIDE.match(before[-1:] + after[:1]) is not None for before, after in pairwise(lines)
    )


def _are_rows(lines: Sequence[str], width: int) -> bool:
    """Whether lines are the rows of one paragraph."""
    return (
        width - FIRST_SHORT <= len(lines[0]) <= width
        and all(len(line) == width for line in lines[1:-1])
        and len(lines[-1]) <= width
    )


def _is_prose(blocks: Sequence[str], rows: Sequence[tuple[str, ...]], width: int) -> bool:
    """Whether what fits this width is prose, and most of what could have been cut."""
    fitting = [found for found in rows if found]
    full = sum(len(found[-1]) == width for found in fitting)
    long = sum("\n" not in block and len(block) > width for block in blocks)
    if long * WRAPPED > len(fitting) or full > FULL_ENDS * len(fitting):
        return False
    marks = len(MARK.findall("".join(chain.from_iterable(fitting))))
    return marks * ROWS_A_MARK >= sum(map(len, fitting)) and _explained(blocks, fitting) >= EXPLAINED


def _explained(blocks: Sequence[str], fitting: Sequence[Sequence[str]]) -> float:
    """The share of what could have been cut that was: of all spaces and line breaks inside of Chinese, or of those between Han.

    Between Han a writer puts no space. Behind marks there are others, such as those that were quotation marks.
    """
    rows = pieces_of("\n\n".join(map("\n".join, fitting)), ems=False, spaces=False)
    between, inside = len(lines_between_han(rows)), len(lines_between_chinese(rows))
    text = "\n\n".join(blocks)
    of_between = HAN_BREAK.findall(text)
    of_inside = len(SPACE_INSIDE.findall(text)) + of_between.count("\n")
    all_share = inside / max(of_inside, inside, 1)
    of_han = max(len(of_between), between, 1)
    return max(all_share, between / of_han if between >= CUTS and all_share >= HALF_EXPLAINED else 0)

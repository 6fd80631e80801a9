"""Put a wrapped document together again: rows to paragraphs, and paragraphs that were parted by a page.

Ways of wrapping leave traces, and each is looked for by itself: cuts after so many characters (cells.py), rows that a program
filled (filled.py), the rows of a justified column (columns.py), lines of nearly one width (broken_lines.py). What fits none stays
as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from builder.text.layout.broken_lines import joined_lines
from builder.text.layout.cell_votes import FIRST_SHORT
from builder.text.layout.cells import cut_in_cells, fits_all
from builder.text.layout.columns import SURE, Column, columns_of
from builder.text.layout.filled_lines import filled_lines
from builder.text.layout.filled_spaces import filled_spaces
from builder.text.layout.joints import as_line, is_airy, without_spaces
from builder.text.layout.pieces import NO, PERHAPS, YES, Piece, joined, returned
from builder.text.layout.rows import HAN_BREAK, INDENT, LOOSE, SPACE_INSIDE, half_ems
from builder.text.margin import without_margin

BLANK = re.compile(r"(\n(?:[ \t]*\n)+)")
BREAK = re.compile(r"(\n+)")
LEFT = 0.1  # spaces that rows of cells may leave for each that they account for, before a column is tried
FEWEST = 3  # breaks that are worth a look
ROUNDS = 8  # widths of one page


class Unwrapped(NamedTuple):
    """A text and how many breaks were taken out of it."""

    text: str
    breaks: int


def unwrapped(text: str) -> Unwrapped:
    """The text with its wrapped paragraphs whole; the same text where nothing proves it wrapped.

    Where nearly all lines begin with the same indentation, it tells no paragraphs, and goes if it hides that they are wrapped.
    """
    page = _unwrapped(text)
    if page.text == text and (bare := without_margin(text)) != text and (inner := _unwrapped(bare)).text != bare:
        return Unwrapped(inner.text, inner.breaks)
    return page


def _unwrapped(text: str) -> Unwrapped:
    count = 0
    for _ in range(ROUNDS):
        if _left(text) < FEWEST:
            break
        page, alone = _unwrapped_once(text)
        if page is None:
            break
        text, count = page.text, count + page.breaks
        if alone:
            break
    return Unwrapped(text, count)


def _unwrapped_once(text: str) -> tuple[Unwrapped | None, bool]:
    """The text without the breaks that one way of wrapping accounts for, and whether that is all there is to join.

    A way that leaves few breaks comes first, then the one that accounts for most.
    """
    cells, alone = _by_cells(text)
    if alone:
        return cells, True
    between = HAN_BREAK.findall(text)
    ways = [
        *([_by_filling] if between.count(" ") >= FEWEST else []),
        *([_by_column] if len(SPACE_INSIDE.findall(text)) >= SURE else []),
        *([_by_filled_lines, _by_lines] if between.count("\n") >= FEWEST else []),
    ]
    found = [page for page in (cells, *(way(text) for way in ways)) if page]
    few = [page for page in found if len(found) == 1 or _left(page.text) <= LEFT * page.breaks]
    return max(few or found, key=lambda page: page.breaks, default=None), False


def _left(text: str) -> int:
    """Spaces inside of Chinese and line breaks between Han."""
    return len(SPACE_INSIDE.findall(text)) + HAN_BREAK.findall(text).count("\n")


def _by_cells(text: str) -> tuple[Unwrapped | None, bool]:
    """The text without the breaks that a program made, or None, and whether that is all there is to join."""
    parts = BLANK.split(text)
    width, rows = cut_in_cells(parts[::2])
    if not width:
        return None, False
    pieces = [_cells_piece(block, block_rows, width) for block, block_rows in zip(parts[::2], rows, strict=True)]
    return _put_together(text, parts, joined(pieces, text)), fits_all(parts[::2], rows, width)


def _cells_piece(block: str, rows: Sequence[str], width: int) -> Piece:
    if not rows and ("\n" in block or len(block) > width):
        return Piece(block)
    rows = rows or (block,)
    short = width - len(rows[-1])
    perhaps = short <= (1 if len(rows) > 1 else FIRST_SHORT)  # a space at the end went; an indentation did
    return Piece(
        "".join(rows),
        begins_full=len(rows[0]) == width,
        ends_full=YES if short == 0 else PERHAPS if perhaps else NO,
        rows=len(rows),
    )


def _by_filling(text: str) -> Unwrapped | None:
    """The text without the spaces that a program left that filled rows, or None."""
    parts = BREAK.split(text)
    found = filled_spaces(parts[::2])
    if found is None:
        return None
    airy = is_airy(text)
    pieces = [Piece(as_line(rows, airy=airy) if rows else line) for line, rows in zip(parts[::2], found.rows, strict=True)]
    return _put_together(text, parts, pieces)


def _by_column(text: str) -> Unwrapped | None:
    """The text without the breaks between the rows of its columns, or None."""
    parts = BREAK.split(text)
    columns = columns_of(parts[::2])
    if not any(column.rows for column in columns):
        return None
    pieces = [_piece(line, column) for line, column in zip(parts[::2], columns, strict=True)]
    page = _put_together(text, parts, returned(joined(pieces, text)))
    if page is None:
        return None
    rest = without_spaces(page.text)
    return Unwrapped(rest, page.breaks + len(page.text) - len(rest))


def _piece(line: str, column: Column) -> Piece:
    rows, fragment = column.rows, column.fragment
    if not rows:
        return Piece(line)
    full = half_ems(rows[-1]) >= column.width - (LOOSE if len(rows) > 1 else INDENT)
    before, after = rows[: max(fragment, 0)], rows[fragment + 1 :]
    parted = (as_line(before), rows[fragment], as_line(after)) if before else (as_line(after),)
    return Piece(
        " ".join(parted),
        begins_full=half_ems(rows[0]) >= column.width - 1,
        ends_full=NO if not full else YES if len(rows) > 1 else PERHAPS,
        rows=len(rows),
        fragment=rows[fragment] if before else "",
        without=as_line(before + after),
    )


def _by_filled_lines(text: str) -> Unwrapped | None:
    """The text without the line breaks that a program left that filled rows, or None."""
    return _with_joined(text, filled_lines)


def _by_lines(text: str) -> Unwrapped | None:
    """The text without the line breaks that a page made, or None."""
    return _with_joined(text, joined_lines)


def _with_joined(text: str, judge: Callable[[Sequence[str]], list[bool]]) -> Unwrapped | None:
    """The text without the line breaks that are judged to stand inside of paragraphs, or None."""
    lines = text.split("\n")
    goes_on = judge(lines)
    if not any(goes_on):
        return None
    airy = is_airy(text)
    paragraphs, rows = [], []
    for line, more in zip(lines, goes_on, strict=True):
        rows.append(line.rstrip() if more else line)
        if not more:
            paragraphs.append(as_line(rows, airy=airy))
            rows = []
    return Unwrapped("\n".join(paragraphs), sum(goes_on))


def _put_together(text: str, parts: Sequence[str], pieces: Sequence[Piece | None]) -> Unwrapped | None:
    """The pieces with the separators between them, the one before a piece that went left out; None where nothing changed."""
    separators = ("", *parts[1::2])
    whole = "".join(separator + piece.text for separator, piece in zip(separators, pieces, strict=True) if piece is not None)
    count = sum(text.count(blank) - whole.count(blank) for blank in " \n")
    return Unwrapped(whole, max(count, 1)) if whole != text else None

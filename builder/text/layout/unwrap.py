"""Put a wrapped document together again: rows to paragraphs, and paragraphs that were parted by a page.

Two ways of wrapping leave two traces, and each is looked for by itself: cuts after so many characters (cells.py) and the
rows of a justified column (columns.py). What fits neither stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from builder.text.layout.broken_lines import joined_lines
from builder.text.layout.cells import FIRST_SHORT, rows_of_block, width_in_cells
from builder.text.layout.columns import Column, columns_of
from builder.text.layout.pieces import NO, PERHAPS, YES, Piece, joined, returned
from builder.text.layout.rows import HAN, HAN_FIRST, INDENT, LOOSE, SPACE_INSIDE, half_ems
from builder.text.pattern import chars

BLANK = re.compile(r"(\n(?:[ \t]*\n)+)")
BREAK = re.compile(r"(\n+)")
WORD = re.compile(r"[0-9A-Za-z]")
HAN_SPACE = re.compile(f" (?<=[{HAN}] )(?=[{HAN}])")
AIRY_WORD = re.compile(f"[{HAN}] (?=[0-9A-Za-z])")
TIGHT_WORD = re.compile(f"[{HAN}](?=[0-9A-Za-z])")
AIRY = 4  # spaced for one that is not
SENTENCES = re.compile(f"^.*[{chars('terminal_mark')}].*$|《[^《》\n]*》", re.MULTILINE)
WORDS = 5  # characters, of which two or three on each side of a space
LEFT = 0.1  # spaces that rows of cells may leave for each that they account for, before a column is tried
ROUNDS = 8  # widths of one page


class Unwrapped(NamedTuple):
    """A text and how many breaks were taken out of it."""

    text: str
    breaks: int


def unwrapped(text: str) -> Unwrapped:
    """The text with its wrapped paragraphs whole; the same text where nothing proves it wrapped."""
    count = 0
    for _ in range(ROUNDS):
        page = _by_spaces(text) or _by_lines(text)
        if page is None:
            break
        text, count = page.text, count + page.breaks
    return Unwrapped(text, count)


def _by_spaces(text: str) -> Unwrapped | None:
    """The text without the breaks that cells or columns account for, whichever account for more, or None."""
    cells = _by_cells(text)
    if cells and len(SPACE_INSIDE.findall(cells.text)) <= LEFT * cells.breaks:
        return cells
    column = _by_column(text)
    return max(cells, column, key=lambda page: page.breaks) if cells and column else cells or column


def _by_cells(text: str) -> Unwrapped | None:
    """The text without the breaks that a program made, or None."""
    parts = BLANK.split(text)
    width = width_in_cells(parts[::2])
    if not width:
        return None
    pieces = [_cells_piece(block, rows_of_block(block, width), width) for block in parts[::2]]
    return _put_together(text, parts, joined(pieces, _pairs(text)))


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


def _by_column(text: str) -> Unwrapped | None:
    """The text without the breaks between the rows of its columns, or None."""
    parts = BREAK.split(text)
    columns = columns_of(parts[::2])
    if not any(column.rows for column in columns):
        return None
    pieces = [_piece(line, column) for line, column in zip(parts[::2], columns, strict=True)]
    page = _put_together(text, parts, returned(joined(pieces, _pairs(text))))
    if page is None:
        return None
    rest = _by_words(page.text)
    return Unwrapped(rest.text, page.breaks + rest.breaks)


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


def as_line(rows: Sequence[str], *, airy: bool = False) -> str:
    """The rows of a column as one line; words and numbers on both sides of a break stay apart.

    `airy`: so do Han and a word, as everywhere in this document.
    """
    return "".join(
        f"{row} " if following and _apart(row[-1:], following[:1], airy=airy) else row for row, following in pairwise((*rows, ""))
    )


def _apart(last: str, first: str, *, airy: bool) -> bool:
    words = (WORD.match(last) is not None) + (WORD.match(first) is not None)
    return words == 2 or (airy and words == 1 and (HAN_FIRST.match(last) or HAN_FIRST.match(first)) is not None)


def _is_airy(text: str) -> bool:
    """Whether a space stands between Han and Latin wherever they meet."""
    return len(TIGHT_WORD.findall(text)) * AIRY < len(AIRY_WORD.findall(text))


def _by_words(text: str) -> Unwrapped:
    """The text without the spaces between Han that stand in a sentence or a title and nowhere else in the same words.

    What fits no column, such as a caption under a picture, was wrapped like the rest of its page.
    """
    places = [found.start() for line in SENTENCES.finditer(text) for found in HAN_SPACE.finditer(text, line.start(), line.end())]
    around = {
        place: (text[place - 3 : place] + text[place + 1 : place + 3], text[place - 2 : place] + text[place + 1 : place + 4])
        for place in places
    }
    wanted = {words for both in around.values() for words in both if len(words) == WORDS}
    seen = {text[place : place + WORDS] for place in range(len(text))} & wanted if wanted else set()
    cut = [place for place in places if not seen.isdisjoint(around[place])]
    ends = [-1, *cut, len(text)]
    return Unwrapped("".join(text[start + 1 : end] for start, end in pairwise(ends)), len(cut))


def _by_lines(text: str) -> Unwrapped | None:
    """The text without the line breaks that a page made, or None."""
    lines = text.split("\n")
    goes_on = joined_lines(lines)
    if not any(goes_on):
        return None
    airy = _is_airy(text)
    paragraphs, rows = [], []
    for line, more in zip(lines, goes_on, strict=True):
        rows.append(line.rstrip() if more else line)
        if not more:
            paragraphs.append(as_line(rows, airy=airy))
            rows = []
    return Unwrapped("\n".join(paragraphs), sum(goes_on))


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def _put_together(text: str, parts: Sequence[str], pieces: Sequence[Piece | None]) -> Unwrapped | None:
    """The pieces with the separators between them, the one before a piece that went left out; None where nothing changed."""
    separators = ("", *parts[1::2])
    whole = "".join(separator + piece.text for separator, piece in zip(separators, pieces, strict=True) if piece is not None)
    count = sum(text.count(blank) - whole.count(blank) for blank in " \n")
    return Unwrapped(whole, max(count, 1)) if whole != text else None

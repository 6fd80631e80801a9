"""Prose set in rows of one width: by mail programs, terminals, PDF readers and newspaper columns.

Rows break where typesetters break them: never inside a Latin word or number, and in most texts never before a closing mark or
behind an opening one. A space at the end of a row is lost.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from functools import cache

from tests.noise.noised import Noised, is_prose, noised

# Width of a row in em, the width of a Han character: from newspaper columns to lines of 80 half ems, as terminals and mail have.
WIDTH = (12, 40)
FORBIDDEN_RESPECTED = 0.8  # share of texts whose rows begin with no closing mark
MIN_WRAPPED = 3  # paragraphs of three rows or more: without them there is no width to see
MIN_ROWS = 3
OPENING, CLOSING = "“‘（《【「『〔", "”’）》】」』〕，。、；：？！…"
UNIT = re.compile(rf"[{OPENING}]*(?:[!-~]+|[^\s{OPENING}])[{CLOSING}]*|\s|.")
CHARACTER = re.compile(r"[!-~]+|\s|.")
INDENT = 2 * "\N{IDEOGRAPHIC SPACE}"

Units = Callable[[str], list[str]]


def blank(text: str, rng: random.Random) -> Noised | None:
    """Rows on lines, a blank line between paragraphs."""
    width, units = _settings(rng)
    paragraphs = _paragraphs(text, width, units)
    if not paragraphs:
        return None
    dirty = "\n\n".join("\n".join(_rows(paragraph, units, width)) for paragraph in paragraphs)
    undone = "\n\n".join(_glued(block.split("\n")) for block in dirty.split("\n\n"))
    return noised("\n\n".join(paragraphs), dirty, undone)


def indented(text: str, rng: random.Random) -> Noised | None:
    """Rows on lines, the first of each paragraph behind two ideographic spaces."""
    width, units = _settings(rng)
    paragraphs = _paragraphs(text, width, units)
    if not paragraphs:
        return None
    dirty = "\n".join(INDENT + "\n".join(_rows(paragraph, units, width, width - 2)) for paragraph in paragraphs)
    undone = "\n".join(_glued(block.split("\n")) for block in dirty.removeprefix(INDENT).split("\n" + INDENT))
    return noised("\n".join(paragraphs), dirty, undone)


def bare(text: str, rng: random.Random) -> Noised | None:
    """Rows on lines, and nothing between paragraphs: exact where no paragraph ends in a full row."""
    width, units = _settings(rng)
    paragraphs = _paragraphs(text, width, units)
    if not paragraphs:
        return None
    dirty = "\n".join("\n".join(_rows(paragraph, units, width)) for paragraph in paragraphs)
    return noised("\n".join(paragraphs), dirty, _refilled(dirty, "\n", units, width, width))


def spaces(text: str, rng: random.Random) -> Noised | None:
    """A space between rows, each paragraph on its line: what PDF readers make of a column."""
    width, units = _settings(rng)
    first = width - rng.choice((0, 2))
    paragraphs = _paragraphs(text, width, units)
    if not paragraphs:
        return None
    dirty = "\n".join(" ".join(_rows(paragraph, units, width, first)) for paragraph in paragraphs)
    undone = "\n".join(_refilled(line, " ", units, width, first) for line in dirty.split("\n"))
    return noised("\n".join(paragraphs), dirty, undone)


def _settings(rng: random.Random) -> tuple[int, Units]:
    """A width in em, and how a paragraph is cut into what no row breaks."""
    return rng.randint(*WIDTH), (UNIT if rng.random() < FORBIDDEN_RESPECTED else CHARACTER).findall


def _paragraphs(text: str, width: int, units: Units) -> list[str]:
    """The paragraphs of prose that is long enough for its width to be seen; else none."""
    if not is_prose(text):
        return []
    paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
    long = sum(_width(paragraph) > (MIN_ROWS - 1) * 2 * width for paragraph in paragraphs)
    return paragraphs if long >= MIN_WRAPPED and all(map(units, paragraphs)) else []


def _rows(paragraph: str, units: Units, width: int, first: int | None = None) -> list[str]:
    """The rows of a paragraph; `first`: the width of its first one in em."""
    rows, room = [""], 2 * (width if first is None else first)
    for unit in units(paragraph):
        if _width(rows[-1]) + _width(unit) > room and rows[-1] and not unit.isspace():
            rows[-1] = rows[-1].rstrip()
            rows.append("")
            room = 2 * width
        if rows[-1] or not unit.isspace():
            rows[-1] += unit
    return [row for row in rows if row]


def _refilled(dirty: str, separator: str, units: Units, width: int, first: int) -> str:
    """The text without the separators before which the next unit found no room."""
    pieces = dirty.split(separator)
    text, row, room = pieces[0], pieces[0], 2 * first
    for piece in pieces[1:]:
        beginning = next(iter(units(piece)), "")
        if _width(row) + _width(separator.strip("\n")) + _width(beginning) > room:
            text, row, room = _glued([text, piece]), piece, 2 * width
        else:  # a space of the row, or the end of a paragraph
            text, row = text + separator + piece, row + separator + piece if separator == " " else piece
    return text


def _glued(rows: list[str]) -> str:
    """Rows put together, with a space between two Latin words."""
    text = rows[0]
    for row in rows[1:]:
        text += " " * (text[-1:].isascii() and row[:1].isascii() and bool(text) and bool(row)) + row
    return text


def _width(text: str) -> int:
    """Half ems."""
    return sum(map(_char_width, text))


@cache
def _char_width(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1

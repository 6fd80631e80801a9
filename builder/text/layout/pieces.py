"""Paragraphs that a page parted: begun at the foot of one column, ended at the head of the next.

A paragraph whose last row is full and ends in the middle of a sentence goes on where the next one begins without an
indentation. What lies between them is looked over only where it is a byline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import add
from typing import NamedTuple

CLOSED = re.compile(r"(?:[。！？…!?：:；;]|(?<![0-9])\.)[」』”’“\"'）)》】〕］]*\s*\Z")  # a paragraph may end so
CANNOT_BEGIN = re.compile(r"[，。、；：？！…”’」』）》】,;:?!)]")  # no paragraph begins so
ENDED = re.compile(r"[。！？…!?][」』”’\"'）)]?\Z")
NOTED = re.compile(r"[)）]\Z")  # a paragraph may end in what stands in brackets
CLAUSE = re.compile("[，；]|,(?![0-9])")  # a heading seldom has one
LEADS_ON = re.compile(
    "[的地得在对和与及或把被将从向为以于由是使让给这那其该各每不也都就还又但而并且如若因所之有到、，；]\\Z"
)  # no heading ends so
HANGS_ON = re.compile("[的了着们]|[上中下里内外]的")  # no paragraph begins so either, but for names
IN_WORD = re.compile("[0-9A-Za-z][0-9a-z]")
BRACKETS = ("()", "（）", "“”", "《》", "「」", "『』", "【】", "〔〕")
ENOUGH, INDENTED = 4, 0.7  # paragraphs of two rows and more, and their share, that show how a page begins paragraphs
PAIR, SEARCHES = 2, 32  # characters, and searches of the whole text that cost less than collecting its pairs
NO, PERHAPS, YES = 0, 1, 2
BYLINE = "\N{WHITE SQUARE}"
NEAR = 4  # paragraphs between a fragment and the place that it fell out of


class Piece(NamedTuple):
    """A paragraph or a part of one, and what is known of its first and last row."""

    text: str
    begins_full: bool = False  # the first row is as wide as the others
    ends_full: int = NO  # whether the last row is; a first row that is also the last is so perhaps
    rows: int = 0  # 0: nothing is known
    fragment: str = ""  # of another paragraph, that stands between the rows of this one
    without: str = ""  # the text without it


class Pairs:
    """Neighbouring characters of a text, collected when often asked for: a word that a column parted may stand whole there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._asked = 0
        self._pairs: frozenset[str] = frozenset()

    def __contains__(self, pair: str) -> bool:
        self._asked += 1
        if self._asked <= SEARCHES:
            return len(pair) == PAIR and pair in self._text
        if not self._pairs:
            self._pairs = frozenset(map(add, self._text, self._text[1:]))
        return pair in self._pairs


def joined(pieces: Sequence[Piece], text: str) -> list[Piece | None]:
    """The pieces of a text, those that go on put behind those that they continue; None where one went."""
    pairs = Pairs(text)
    indented = _are_indented(pieces)
    found: list[Piece | None] = list(pieces)
    last = -1  # the place of the last piece that is no byline
    for place, piece in enumerate(pieces):
        if piece.text.startswith(BYLINE):
            continue
        before = found[last] if last >= 0 else None
        if before is not None and place - last <= 2 and _goes_on(before, piece, pairs, indented=indented):
            found[last] = _sum(before, piece)
            found[place] = None
        else:
            last = place
    return found


def returned(pieces: Sequence[Piece | None]) -> list[Piece | None]:
    """The pieces, each fragment put back behind the one paragraph near it that breaks off; it stays where there are more."""
    found = list(pieces)
    for place, piece in enumerate(pieces):
        if piece is None or not piece.fragment:
            continue
        near = range(max(0, place - NEAR), min(len(found), place + NEAR + 1))
        open_ends = [other for other in near if other != place and _breaks_off(found[other])]
        if len(open_ends) == 1:
            found[open_ends[0]] = _with(found[open_ends[0]], piece.fragment)
            found[place] = piece._replace(text=piece.without, fragment="")
    return found


def _sum(before: Piece, piece: Piece) -> Piece:
    return before._replace(
        text=before.text + piece.text,
        without=before.without + piece.text,
        ends_full=piece.ends_full,
        rows=before.rows + piece.rows,
    )


def _with(piece: Piece | None, fragment: str) -> Piece | None:
    return piece and piece._replace(text=piece.text + fragment, ends_full=NO)


def _breaks_off(piece: Piece | None) -> bool:
    return piece is not None and piece.ends_full == YES and CLOSED.search(piece.text) is None


def _are_indented(pieces: Sequence[Piece]) -> bool:
    """Whether the first rows of a page's paragraphs are short, so that one that is not continues another paragraph."""
    several = [piece for piece in pieces if piece.rows > 1]
    return len(several) >= ENOUGH and sum(not piece.begins_full for piece in several) >= INDENTED * len(several)


def _goes_on(before: Piece, piece: Piece, pairs: Pairs, *, indented: bool) -> bool:
    """Whether a piece continues the one before it."""
    if not before.ends_full or piece.fragment:
        return False
    if CANNOT_BEGIN.match(piece.text):
        return True
    if CLOSED.search(before.text):
        return False
    cut = _is_cut(before.text, piece.text, pairs)
    if before.rows == 1 and not cut and not CLAUSE.search(before.text):  # it may be a heading
        return piece.begins_full and indented if piece.rows > 1 else _is_rest(before, piece)
    if piece.rows > 1:
        return piece.begins_full and (indented or NOTED.search(before.text) is None)
    return ENDED.search(piece.text) is not None and (before.ends_full == YES or cut or _is_rest(before, piece))


def _is_rest(before: Piece, piece: Piece) -> bool:
    """Whether a piece is less than a row and ends a sentence: a heading stands before more."""
    return (
        piece.rows == 1 and piece.ends_full == NO and ENDED.search(piece.text) is not None and len(piece.text) < len(before.text)
    )


def _is_cut(before: str, after: str, pairs: Pairs) -> bool:
    """Whether one row, which may be a heading, rather ends in the middle of a sentence that the next one ends."""
    if any(before.count(pair[0]) > before.count(pair[1]) for pair in BRACKETS):
        return True
    if LEADS_ON.search(before) or before[-1:] + after[:1] in pairs:
        return True
    return HANGS_ON.match(after) is not None or IN_WORD.search(before[-1:] + after[:1]) is not None

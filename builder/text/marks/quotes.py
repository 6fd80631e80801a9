"""Straight quotes in Chinese text: which of a line open, which close, and which pairs stand around Chinese.

Quotes pair within a line. What does not pair stays: the line may have lost the other one. A line that has curly quotes of
its own stays too, since its straight ones mean something else. So do all quotes of a text that quotes nothing in Chinese, or
sets them off by spaces, as technical writers do who type them straight.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from builder.text.marks.verbatim import masked
from builder.text.pattern import chars

CURLY = {'"': ("“", "”"), "'": ("‘", "’")}
HAS_CURLY = re.compile("[“”‘’]")
QUOTE = re.compile("[\"']")
HAN = chars("han")
IS_HAN = re.compile(f"[{HAN}]")
CHINESE = re.compile(f"[{HAN}，。、：；？！（）《》「」『』【】…—]")
LETTER, DIGIT = re.compile("[A-Za-z]"), re.compile("[0-9]")
NOT_BEFORE_CLOSING = re.compile(r"[\s(（\[《「『【:：]")  # and the start of a line
NOT_AFTER_OPENING = re.compile(r"[\s,，。、;；:：?？!！)）\]》」』】]")  # and its end
SENTENCE_END = "。？！…?!"
SURE = re.compile(r"[\s,，。、;；:：?？!！…(（)）《》]")  # beside a quote: it opens behind, or closes before one of these


# A quote with Chinese on both sides, and one with a space on the outer side, which opens or closes Chinese.
TIGHT = re.compile(f"[\"'](?:(?<=[{HAN}，。、：；？！,:;?!].)(?=[{HAN}]))")
SET_OFF = re.compile(f"[\"'](?:(?<=[^\\s,:;?!] .)(?=[{HAN}])|(?<=[{HAN}].)(?= [^\\s]))")


class Open(NamedTuple):
    """A quote that waits for its partner."""

    place: int
    han: int  # characters of Han before it


class Pair(NamedTuple):
    """Two quotes around Chinese."""

    opening: int
    closing: int
    mark: str  # the straight quote that it was meant to be


def chinese_quotes(text: str) -> str:
    """Those of the straight quotes with which a text quotes Chinese: both, one or none."""
    if not QUOTE.search(text) or len(SET_OFF.findall(text)) >= max(len(TIGHT.findall(text)), 1):
        return ""
    return "".join(mark for mark in CURLY if mark in text and any(_holds_han(line, mark) for line in text.split("\n")))


def _holds_han(line: str, mark: str) -> bool:
    """Whether Han stand between quotes of a line, which open and close by turns."""
    return any(IS_HAN.search(held) for held in line.split(mark)[1::2])


def curled(line: str, chosen: str) -> tuple[str, int]:
    """The line with the straight quotes of `chosen` that pair around Chinese made curly, and their number."""
    if not QUOTE.search(line) or HAS_CURLY.search(line) or not IS_HAN.search(line):
        return line, 0
    characters = list(line)
    found = [pair for pair in pairs(masked(line)) if pair.mark in chosen]
    for pair in found:
        characters[pair.opening], characters[pair.closing] = CURLY[pair.mark]
    return "".join(characters), 2 * len(found)


def pairs(line: str) -> list[Pair]:
    """The pairs of a line. Where a quote has no partner, only those that could not be read the other way round."""
    found, balanced = _paired(line, 0)
    if balanced:
        return found
    found, balanced = _paired(line, 0, misread=True)
    if balanced:
        return found
    start = len(line) - len(line.lstrip())
    if line[start] == '"':  # speech that goes on in the next paragraph
        rest, balanced = _paired(line, start + 1, misread=True)
        if balanced:
            return rest
    return [pair for pair in found if SURE.match(line, pair.opening - 1) or SURE.match(line, pair.closing + 1)]


def _paired(line: str, start: int, *, misread: bool = False) -> tuple[list[Pair], bool]:
    """The pairs around Chinese from a place on, and whether every quote has a partner.

    `misread`: a scanner took some closing double quotes for single ones, and single quotes without a partner count for nothing.
    """
    found: list[Pair] = []
    opened: dict[str, Open] = {}
    stray = False
    han, counted = 0, start
    for quote in QUOTE.finditer(line, start):
        mark, place = quote[0], quote.start()
        before, after = line[place - 1 : place], line[place + 1 : place + 2]
        if mark == "'" and LETTER.match(before) and LETTER.match(after):
            continue  # an apostrophe
        han, counted = han + len(IS_HAN.findall(line, counted, place)), place
        if misread and mark == "'" and mark not in opened and '"' in opened and before in SENTENCE_END:
            mark = '"'
        if mark in opened and before and not NOT_BEFORE_CLOSING.match(before):
            partner = opened.pop(mark)
            if han > partner.han or _beside_chinese(line, partner.place, place):
                found.append(Pair(partner.place, place, mark))
        elif DIGIT.match(before):
            continue  # 5'10"
        elif after and not NOT_AFTER_OPENING.match(after):
            stray |= mark in opened and mark == '"'
            opened[mark] = Open(place, han)
        else:  # it neither opens nor closes, or it is what the open one waits for: nobody knows
            stray |= mark == '"' or not misread
            opened.pop(mark, None)
        if mark == '"':
            stray |= opened.pop("'", None) is not None and not misread
    return found, not stray and '"' not in opened and (misread or not opened)


def _beside_chinese(line: str, opening: int, closing: int) -> bool:
    """Whether a pair without Han in it touches Chinese on the outside."""
    return (opening > 0 and CHINESE.match(line, opening - 1) is not None) or CHINESE.match(line, closing + 1) is not None

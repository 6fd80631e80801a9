"""Readings in brackets behind Han characters, `業(yè)`, and how to tell a page that is sown with them from one that teaches.

Some copied pages hide in this way that they are copies. One kind is converted to traditional characters and has the reading
behind each occurrence of some common ones, with tone marks. Another has the reading without tone marks, or the character
itself, behind characters chosen at random: `字(zi)`, `發(發)`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from functools import cache, lru_cache
from typing import NamedTuple

from builder.text.cloak.gbk import rarity
from builder.text.cloak.readings import LETTERS, LONGEST, is_reading, is_toneless_reading
from builder.text.pattern import characters, chars

HAN = chars("han")
BLANK = "[ \N{NO-BREAK SPACE}]?"
READING = f"{BLANK}([{LETTERS}]{{1,{LONGEST}}}){BLANK}"
WHOLE = rf"[(（]{READING}[)）]"
BEHIND_HAN = re.compile(f"([{HAN}]){WHOLE}")
IS_HAN = re.compile(f"[{HAN}]")
PLAIN = re.compile(rf"[(（]{BLANK}(?:([a-zü]{{1,{LONGEST}}})|([{HAN}])){BLANK}[)）]")

FEW = 200  # different characters with readings; a program knows 25 to 160

# Written for simplified characters although t2s leaves them when they stand alone, since they are simplified words as well.
ALSO_CONVERTED = frozenset("著瞭藉沈衹甦彷俱")


class Census(NamedTuple):
    """What the readings of a page have in common; counts of places."""

    toned: int  # readings with a tone mark, whatever they stand behind
    annotated: Counter[str]  # characters with a reading of theirs that have another simplified form
    usual: int  # of these readings, those that are the commonest of their character
    occurrences: int  # of these characters, with a reading and without
    everyday: int  # readings of everyday characters
    after_han: int  # readings whose character stands behind another one
    before_han: int  # readings behind which a character stands


class Repetitions(NamedTuple):
    """What brackets behind Han hold that have one toneless syllable or one character in them."""

    bare: str  # the text without those that repeat what stands before them
    brackets: int  # all of them
    readings: int  # a reading of the character before them
    itself: int  # the character before them


@cache
def converting() -> frozenset[str]:
    """The traditional characters that have another simplified form."""
    return frozenset(characters("han_convertible")) | ALSO_CONVERTED


@lru_cache(maxsize=1 << 16)
def accepts(char: str, syllable: str) -> bool:
    """Whether a syllable is a reading of a character that has another simplified form."""
    return char in converting() and is_reading(syllable, char)


def census(text: str) -> Census:
    """What the readings of a page have in common."""
    found = list(BEHIND_HAN.finditer(text))
    mine = [gloss for gloss in found if accepts(gloss[1], gloss[2])]
    annotated = Counter(gloss[1] for gloss in mine)
    usual: dict[str, int] = {}
    for (char, _), number in Counter((gloss[1], gloss[2]) for gloss in mine).items():
        usual[char] = max(usual.get(char, 0), number)
    return Census(
        toned=sum(not gloss[2].isascii() for gloss in found),
        annotated=annotated,
        usual=sum(usual.values()),
        occurrences=_occurrences(text, annotated),
        everyday=sum(rarity(gloss[1]) == 0 for gloss in mine),
        after_han=sum(gloss.start() > 0 and IS_HAN.match(text, gloss.start() - 1) is not None for gloss in mine),
        before_han=sum(IS_HAN.match(text, gloss.end()) is not None for gloss in mine),
    )


def _occurrences(text: str, chars: Collection[str]) -> int:
    """How often the characters stand in a text; one search for each is faster than counting all, as long as they are few."""
    if len(chars) <= FEW:
        return sum(map(text.count, chars))
    everywhere = Counter(text)
    return sum(everywhere[char] for char in chars)


def repetitions(text: str) -> Repetitions:
    """The text without the brackets that repeat the character before them: by a toneless reading of it, or itself."""
    pieces, before, place = [], "", 0
    brackets = readings = itself = 0
    for bracket in PLAIN.finditer(text):
        pieces.append(text[place : bracket.start()])
        before, place = pieces[-1][-1:] or before, bracket.end()
        syllable, char = bracket.groups()
        brackets += IS_HAN.match(before) is not None
        if char == before:
            itself += 1
        elif syllable and is_toneless_reading(syllable, before):
            readings += 1
        else:
            pieces.append(bracket[0])
            before = bracket[0][-1]
    return Repetitions("".join([*pieces, text[place:]]), brackets, readings, itself)

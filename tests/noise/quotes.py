"""Curly quotation marks straightened."""

from __future__ import annotations

import random
import re

from tests.noise.noised import Noised, has_han, noised

STRAIGHT = {"“": '"', "”": '"', "‘": "'", "’": "'"}
DOUBLE, BOTH = "“”", "“”‘’"  # many programs straighten the double ones alone: the single one is an apostrophe to them
MIN_QUOTES = 2  # a pair


def straight(text: str, rng: random.Random) -> Noised | None:
    """All quotation marks, or the double ones, straight. Its inverse opens and closes by turns in each line."""
    chosen = rng.choice((DOUBLE, BOTH))
    curly = re.compile(f"[{chosen}]")
    if not has_han(text) or len(curly.findall(text)) < MIN_QUOTES:
        return None
    dirty = curly.sub(lambda quote: STRAIGHT[quote[0]], text)
    return noised(text, dirty, "\n".join(_curled(line, chosen) for line in dirty.split("\n")))


def _curled(line: str, chosen: str) -> str:
    """One line with the quotation marks of `chosen` opened and closed by turns."""
    for opening, closing in zip(chosen[::2], chosen[1::2], strict=True):
        pieces = line.split(STRAIGHT[opening])
        line = pieces[0] + "".join((closing if place % 2 else opening) + piece for place, piece in enumerate(pieces[1:]))
    return line

"""What a noise makes of a text. A noise is a pure function of a text and a random number generator."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import NamedTuple

from builder.text.pattern import chars

HAN = chars("han")
IS_HAN = re.compile(f"[{HAN}]")
# Lines that no editor would take for prose: fences, tables, indented lines, headings and lists with their markup.
LAID_OUT = re.compile(r"^(?:```|~~~|\||[ \t\u3000]|#|[-*+>] |\d+[.)] )|\|$", re.MULTILINE)
MIN_HAN = 40  # below, a text says too little about its noise for anybody to tell
MIN_PROSE_HAN = 0.6  # of all characters that are no space


class Noised(NamedTuple):
    """A text with noise, and what a perfect repair makes of it."""

    text: str
    gold: str
    exact: bool  # whether the noise, its settings known, leads back to the gold and nothing else


Noise = Callable[[str, random.Random], Noised | None]  # None: the noise has no hold on this text


def generator(*key: object) -> random.Random:
    """Random numbers that depend on the key alone."""
    return random.Random(":".join(map(str, key)))  # noqa: S311 - noise is no secret


def noised(gold: str, dirty: str, undone: str) -> Noised | None:
    """`undone`: what the noise's own inverse makes of `dirty`."""
    return None if dirty == gold else Noised(dirty, gold, undone == gold)


def has_han(text: str) -> bool:
    """Whether a text is Chinese enough to be made dirty."""
    return len(IS_HAN.findall(text)) >= MIN_HAN


def is_prose(text: str) -> bool:
    """Whether a text is Chinese prose through and through: nothing in it is laid out by spaces or markup."""
    solid = sum(not char.isspace() for char in text)
    return has_han(text) and len(IS_HAN.findall(text)) >= MIN_PROSE_HAN * solid and not LAID_OUT.search(text)

"""Simplified text in traditional characters, as converters and pages of Taiwan and Hong Kong have it."""

from __future__ import annotations

import random
from functools import cache

import opencc

from tests.noise.noised import Noised, has_han, noised

# The way there and the way back: OpenCC's own forms, those of Taiwan, those of Hong Kong. Words stay what they are.
WAYS = (("s2t", "t2s"), ("s2tw", "tw2s"), ("s2hk", "hk2s"))
MIN_CHANGED = 20  # characters


def traditional(text: str, rng: random.Random) -> Noised | None:
    """The text in traditional characters. Exact where OpenCC's way back leads to the text."""
    way, back = rng.choice(WAYS)
    dirty = converted(text, way)
    if not has_han(text) or sum(map(str.__ne__, text, dirty)) < MIN_CHANGED:
        return None
    return noised(text, dirty, converted(dirty, back))


def converted(text: str, way: str) -> str:
    """The text by one of OpenCC's conversions."""
    result: str = _converter(way).convert(text)
    return result


@cache
def _converter(way: str) -> opencc.OpenCC:
    return opencc.OpenCC(way)

"""Radicals and compatibility ideographs put for the characters that they look like: what the fonts of PDF files make of Han."""

from __future__ import annotations

import random
import unicodedata
from functools import cache

from tests.noise.noised import Noised, has_han, noised

SHARE = (0.3, 1.0)  # of the characters that have such a twin: a font maps some and not others, but each always the same way
MIN_CHANGED = 3  # characters
# Of the Radicals Supplement, those that stand for a whole character of today (Unicode, EquivalentUnifiedIdeograph.txt).
SUPPLEMENT = "见⻅ 角⻆ 贝⻉ 车⻋ 长⻓ 门⻔ 青⻘ 韦⻙ 页⻚ 风⻛ 飞⻜ 食⻝ 马⻢ 骨⻣ 鬼⻤ 鱼⻥ 鸟⻦ 麦⻨ 黄⻩ 黾⻪ 齐⻬ 齿⻮ 龙⻰ 龟⻳ 民⺠ 母⺟ 西⻄"


def radicals(text: str, rng: random.Random) -> Noised | None:
    """Kangxi radicals, and those of the supplement in half of the texts."""
    twins = _kangxi() if rng.random() < 0.5 else _kangxi() | _supplement()
    return _swapped(text, twins, rng)


def compatibility(text: str, rng: random.Random) -> Noised | None:
    """Compatibility ideographs, U+F900 and following, of which Korean and Japanese fonts have a few hundred."""
    return _swapped(text, _compatibility(), rng)


def _swapped(text: str, twins: dict[str, str], rng: random.Random) -> Noised | None:
    """The text with some characters replaced by their twins wherever they stand."""
    share = rng.uniform(*SHARE)
    chosen = {char: twin for char, twin in twins.items() if rng.random() < share}
    dirty = text.translate({ord(char): twin for char, twin in chosen.items()})
    if not has_han(text) or sum(map(str.__ne__, text, dirty)) < MIN_CHANGED:
        return None
    return noised(text, dirty, dirty.translate({ord(twin): char for char, twin in twins.items()}))


@cache
def _kangxi() -> dict[str, str]:
    return {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0x2F00, 0x2FD6)}


@cache
def _supplement() -> dict[str, str]:
    return {pair[0]: pair[1] for pair in SUPPLEMENT.split()}


@cache
def _compatibility() -> dict[str, str]:
    """One compatibility ideograph for each character that NFC makes of one."""
    twins = ((unicodedata.normalize("NFC", chr(code)), chr(code)) for code in range(0xF900, 0xFADA))
    return {char: twin for char, twin in twins if char != twin}

"""Which characters an escape may stand for."""

from __future__ import annotations

import re
from collections.abc import Callable

from builder.text.pattern import chars

HAN = re.compile(f"[{chars('han', 'kana')}]")
MIN_HAN = 8  # escaped Han before a whole text counts as escaped: a sentence, more than a program's "hello, world"
MAJORITY = 3  # escaped Han for each that stands as itself, before a whole text counts as escaped
FIRST = 0xA0  # below it lie ASCII and the controls, which no encoder of Chinese text need escape

# HTML numbers these as Windows-1252 does: HTML Living Standard, 13.2.5.80. The five without a character are left out.
WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}


def scalar(code: int, first: int = FIRST) -> str | None:
    """The character of a code point from `first` on; None for surrogates, noncharacters and what lies outside of Unicode."""
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    if code < first or 0x7F <= code < FIRST or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF or noncharacter:
        return None
    return chr(code)


def han(text: str) -> int:
    """How many Han and kana a text holds."""
    return len(HAN.findall(text))


def most(escaped: int, plain: int) -> bool:
    """Whether a text with so many escaped Han, and so many that stand as themselves, is escaped as a whole."""
    return escaped >= MIN_HAN and escaped > MAJORITY * plain


def replaced(pattern: re.Pattern[str], text: str, image: Callable[[re.Match[str]], str | None]) -> tuple[str, int]:
    """Every match by its image, those without one unchanged, and how many changed."""
    count = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal count
        got = image(found)
        count += got is not None
        return found[0] if got is None else got

    return pattern.sub(replace, text), count

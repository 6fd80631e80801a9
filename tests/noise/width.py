"""Width: letters and digits made fullwidth, Chinese marks made ASCII."""

from __future__ import annotations

import random
import re

from builder.text.pattern import chars
from tests.noise.noised import HAN, Noised, has_han, noised

OFFSET = 0xFF01 - 0x21  # the fullwidth forms stand in the order of ASCII
DIGITS, LETTERS = "0-9", "0-9A-Za-z"  # newspapers widen the digits alone, older systems the letters as well
MIN_WIDENED = 3  # characters; a single one is nobody's noise
FOLDED = dict(zip("，：；？！（）", ",:;?!()", strict=True))  # what a pass from fullwidth to ASCII folds, and NFKC too
WIDENED = {folded: mark for mark, folded in FOLDED.items()}
MIN_FOLDED = 5  # marks: fewer say nothing about the document
WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
MARK = re.compile("[" + "".join(FOLDED) + "]")
BESIDE = HAN + chars("cjk_mark", "terminal_mark")
ASCII_MARK = re.compile(f"(?<=[{BESIDE}])[,:;?!()]|[,:;?!()](?=[{BESIDE}])")


def letters(text: str, rng: random.Random) -> Noised | None:
    """All digits, or all letters and digits, fullwidth."""
    narrow = re.compile(f"[{rng.choice((DIGITS, LETTERS))}]")
    if not has_han(text) or len(narrow.findall(text)) < MIN_WIDENED:
        return None
    dirty = narrow.sub(lambda char: chr(ord(char[0]) + OFFSET), text)
    return noised(text, dirty, WIDE.sub(lambda char: chr(ord(char[0]) - OFFSET), dirty))


def marks(text: str, rng: random.Random) -> Noised | None:
    """All the marks ，：；？！（） as ASCII, with a space behind in one text of eight. Its inverse: an ASCII mark beside Chinese."""
    if not has_han(text) or len(MARK.findall(text)) < MIN_FOLDED:
        return None
    behind = " " if rng.random() < 1 / 8 else ""
    spaced = re.compile(f"(?<=[{BESIDE}][,:;?!]) (?=[{BESIDE}])")
    folded = re.compile(f"([，：；？！])(?=[{BESIDE}])").sub(r"\1" + behind, text)
    dirty = MARK.sub(lambda mark: FOLDED[mark[0]], folded)
    return noised(text, dirty, _widened(spaced.sub("", dirty) if behind else dirty))


def _widened(text: str) -> str:
    """The text with each ASCII mark beside Chinese fullwidth, from left to right: a mark that was widened is Chinese."""
    before = ""
    while before != text:
        before, text = text, ASCII_MARK.sub(lambda mark: WIDENED[mark[0]], text)
    return text

"""What the characters of a text are to a layout, as numbers for compiled code: code points, and one byte of flags for each."""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np

from builder.text.classes import CODE_POINTS, partition
from builder.text.layout.rows import AMBIGUOUS

OPENS, CLOSES = "“‘（《「『【〔〈([{", "，。、；：？！）》」』”’】〕〉…—·,.;:?!)]}"  # what no row ends with, and none begins with
IS_HAN, IS_CHINESE, IS_WIDE, IS_OPENING, IS_CLOSING, IS_INK, IS_GRAMMAR, IS_EITHER = (1 << bit for bit in range(8))
GRAMMAR = "的了在是和与及为将被对从向以为这那有也都就不一"  # words that say nothing of what a text is about

EITHER_UP_TO = 0x2E80  # wide above, but for a few signs in no font for text


def codes_of(text: str) -> np.ndarray:
    """uint32[n]: the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@cache
def flags() -> np.ndarray:
    """uint8[0x110000]: for each code point the classes of text/layout/rows.py that it is in, and of brackets, marks and ASCII.

    Either narrow or wide, as the font has it, are those that Unicode Standard Annex 11 calls ambiguous.
    """
    table = np.zeros(CODE_POINTS, np.uint8)
    wide = [(0x2E80, 0xFFDC), (0x20000, 0x3FFFF), *_single(AMBIGUOUS)]
    for flag, ranges in (
        (IS_HAN, partition().ranges("han")),
        (IS_CHINESE, partition().ranges("han", "cjk_mark", "terminal_mark")),
        (IS_WIDE, wide),
        (IS_OPENING, _single(OPENS)),
        (IS_CLOSING, _single(CLOSES)),
        (IS_INK, [(0x21, 0x7E)]),
        (IS_GRAMMAR, _single(GRAMMAR)),
    ):
        for first, last in ranges:
            table[first : last + 1] |= np.uint8(flag)
    either = [code for code in range(EITHER_UP_TO) if unicodedata.east_asian_width(chr(code)) == "A"]
    table[either] |= np.where(table[either] & IS_WIDE, 0, IS_EITHER).astype(np.uint8)
    table.flags.writeable = False
    return table


def _single(letters: str) -> list[tuple[int, int]]:
    return [(code, code) for code in map(ord, letters)]

"""Han characters as the two bytes that they are in GBK, and how strange a character looks on a traditional page.

Bytes are those of GB18030, in which every pair has a character: where GBK has none, a private one. The codec named `gbk`
would refuse these pairs.
"""

from __future__ import annotations

import re
from functools import cache

from builder.text.canonical import images
from builder.text.cloak.readings import LETTERS
from builder.text.pattern import characters

LOST = "\N{REPLACEMENT CHARACTER}"  # stands for a character of which a byte is lost
UNKNOWN = b"\xff"  # a lost byte: no character has it

LOSS, SECOND_LEVEL, STRANGE = 2, 1, 3  # the costs of characters
FIRST_HAN, SECOND_HAN, LETTER_ROWS = 0xB0, 0xD8, 0xA4  # leading bytes of GB 2312 where the two levels and the alphabets begin


def encoded(text: str) -> bytes:
    """The bytes of a text; two for each Han of GBK, one for ASCII, four for what is in neither."""
    return text.encode("gb18030")


def decoded(pair: bytes) -> str:
    """The character of two bytes; LOST where one of them is unknown, nothing where they have none or a private one."""
    if UNKNOWN in pair:
        return LOST if len(pair) == 2 and (pair[1:] == UNKNOWN or pair[1] >= 0x40) else ""
    try:
        char = pair.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return char if len(pair) == 2 and len(char) == 1 and not "\ue000" <= char <= "\uf8ff" else ""


@cache
def rarity(char: str) -> int:
    """What a character costs on a traditional page: nothing for ASCII, signs and common characters, up to 3 for others.

    Common is what has its simplified form in the first level of GB 2312. Simplified characters are strange there, and so
    are kana, Greek, Cyrillic, bopomofo and box drawing.
    """
    if char == LOST:
        return LOSS
    if char.isascii() or re.match(f"[{LETTERS}]", char):
        return 0
    simplified = chr(images().simplified.get(ord(char), ord(char)))
    try:
        lead = simplified.encode("gb2312")[0]
    except UnicodeEncodeError:
        return STRANGE
    if char in _simplified_only() or LETTER_ROWS <= lead < FIRST_HAN:
        return STRANGE
    return SECOND_LEVEL if lead >= SECOND_HAN else 0


@cache
def is_traditional_alone(char: str) -> bool:
    """Whether Big5 has a character and not its simplified form: what a converter writes for that form, and no variant."""
    simplified = chr(images().simplified.get(ord(char), ord(char)))
    return bool(char.encode("big5", "ignore")) and not simplified.encode("big5", "ignore")


@cache
def _simplified_only() -> frozenset[str]:
    return frozenset(characters("han_simplified"))

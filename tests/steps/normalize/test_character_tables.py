"""The tables of characters in the normalize steps, by category: none holds a character of another kind."""

from __future__ import annotations

import re
import unicodedata

import pytest

from builder.steps.normalize import invisibles, line_breaks, script, width
from builder.text import margin
from builder.text.spacing import neighbours, pieces

EVERYTHING = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))


def categories(pattern: str) -> set[str]:
    return {unicodedata.category(char) for char in re.findall(f"[{pattern}]", EVERYTHING)}


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        (invisibles.UNSEEN, {"Cc", "Cf", "Cn"}),  # reserved code points lie among the tags
        (line_breaks.SPACE, {"Zs", "Cc"}),
        (neighbours.SPACE, {"Zs", "Cc"}),
        (margin.DIGIT, {"Nd"}),
        (neighbours.CLAUSE, {"Po"}),
        (pieces.BAR, {"So"}),
    ],
)
def test_category(pattern: str, allowed: set[str]) -> None:
    assert categories(pattern) <= allowed


def test_breaks_and_tabs_are_seen() -> None:
    assert not re.search(f"[{invisibles.UNSEEN}]", "\t\n\r\x0b\x0c\x1c\x85\u2028\u2029")


def test_joining_scripts_are_letters_of_their_blocks() -> None:
    names = {unicodedata.name(char, "").partition(" ")[0] for char in re.findall(f"[{invisibles.JOINING}]", EVERYTHING)}
    assert {"ARABIC", "DEVANAGARI", "MALAYALAM", "MYANMAR", "MONGOLIAN"} <= names
    assert not names & {"CJK", "LATIN", "HANGUL", "HIRAGANA", "CYRILLIC"}


def test_width_agrees_with_unicode() -> None:
    assert {chr(wide): chr(narrow) for wide, narrow in width.NARROW.items()} == {
        char: unicodedata.normalize("NFKC", char) for char in EVERYTHING if 0xFF01 <= ord(char) <= 0xFF5E and char.isalnum()
    }
    for sign in (width.POINT, width.PERCENT, width.SOLIDUS):
        assert chr(ord(sign) - width.OFFSET) == unicodedata.normalize("NFKC", sign)


def test_cantonese_characters_are_han() -> None:
    assert all(unicodedata.name(char).startswith("CJK UNIFIED") for char in script.CANTONESE.strip("[]"))

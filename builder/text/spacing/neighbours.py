"""Chinese characters beside each other, and Chinese characters with a space between them."""

from __future__ import annotations

import re

from builder.text.pattern import characters, chars

KINDS = ("space", "tab", "wide_space", "odd_space")
SPACE, SPACES = chars(*KINDS), characters(*KINDS)
HAN, MARK = chars("han"), chars("cjk_mark", "terminal_mark")
CHINESE = HAN + MARK
LETTER = chars("latin", "digit", "wide_alnum", "other_letter", "hangul", "combining")
CLAUSE = "，。；：！？,;!?"

RUN = re.compile(f"([{SPACE}]+)")
PARTED = re.compile(f"[{SPACE}](?<=[{CHINESE}][{SPACE}])[{SPACE}]*+(?=[{CHINESE}])")  # a class first: searched for fast
TOUCHING = re.compile(f"[{HAN}](?=[{CHINESE}])|[{MARK}](?=[{HAN}])")
HAN_CHARACTER = re.compile(f"[{HAN}]")
IS_CHINESE, IS_MARK, IS_LETTER = re.compile(f"[{CHINESE}]"), re.compile(f"[{MARK}]"), re.compile(f"[{LETTER}]")


def gaps(text: str) -> int:
    """How many spaces of any kind a text has."""
    return sum(map(text.count, SPACES))


def parting(text: str) -> tuple[int, float]:
    """How many Chinese neighbours are parted, and their share of all Chinese neighbours, 0 to 1."""
    parted = len(PARTED.findall(text))
    return parted, parted / max(parted + len(TOUCHING.findall(text)), 1) if parted else 0.0

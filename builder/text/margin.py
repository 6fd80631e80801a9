"""What stands before the first word of a line: its indentation, and the mark of a list item."""

from __future__ import annotations

import re
from itertools import accumulate

from builder.text.pattern import chars

SPACE = chars("space", "tab", "wide_space", "odd_space")
DIGIT = "0-9\uff10-\uff19"  # ASCII and fullwidth

INDENT = re.compile(f"[{SPACE}]*")
LIST_MARK = re.compile(f"[{SPACE}]*(?:[-*+]|[{DIGIT}]{{1,9}}[.)])[{SPACE}]+")  # CommonMark 0.31, section 5.2
NEARLY_ALL = 0.9  # of the lines, those that begin with one indentation
WIDEST = 40  # characters of it
FENCE = re.compile(f"[{SPACE}]*(?:```|~~~)")  # of a code block: the same, section 4.5; deeper ones stand in lists


def margin(line: str) -> int:
    """Characters of a line's indentation and list mark, with the spaces behind it."""
    found = LIST_MARK.match(line) or INDENT.match(line)
    return found.end() if found else 0


def without_margin(text: str) -> str:
    """The text without the indentation that nearly all of its lines have in common."""
    lines = text.split("\n")
    filled = [line for line in lines if line.strip()]
    if sum(line[:1].isspace() for line in filled) < NEARLY_ALL * len(filled):
        return text
    margins: dict[str, int] = {}
    for line in filled:
        for blank in accumulate(INDENT.match(line[:WIDEST])[0]):  # type: ignore[index]  # it matches nothing too
            margins[blank] = margins.get(blank, 0) + 1
    common = max((blank for blank, count in margins.items() if count >= NEARLY_ALL * len(filled)), key=len, default="")
    return "\n".join(line.removeprefix(common) for line in lines) if common else text

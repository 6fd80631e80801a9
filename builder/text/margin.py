"""What stands before the first word of a line: its indentation, and the mark of a list item."""

from __future__ import annotations

import re

from builder.text.pattern import chars

SPACE = chars("space", "tab", "wide_space", "odd_space")
DIGIT = "0-9\uff10-\uff19"  # ASCII and fullwidth

INDENT = re.compile(f"[{SPACE}]*")
LIST_MARK = re.compile(f"[{SPACE}]*(?:[-*+]|[{DIGIT}]{{1,9}}[.)])[{SPACE}]+")  # CommonMark 0.31, section 5.2
FENCE = re.compile(f"[{SPACE}]*(?:```|~~~)")  # of a code block: the same, section 4.5; deeper ones stand in lists


def margin(line: str) -> int:
    """Characters of a line's indentation and list mark, with the spaces behind it."""
    found = LIST_MARK.match(line) or INDENT.match(line)
    return found.end() if found else 0

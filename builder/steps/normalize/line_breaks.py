"""One kind of line break, and never more than one blank line.

In `text` a line is a paragraph and a blank line is a border of section, verse or article: more of them say nothing more.
A line that holds only spaces is a blank line. Blank lines before the first and after the last line are removed.
"""

from __future__ import annotations

import re

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.pattern import characters, chars, matching

SPACE = chars("space", "tab", "wide_space", "odd_space")
ODD_BREAK = re.compile(f"\\x0d\\x0a|[{chars('odd_break')}]")
SPACES_ONLY = re.compile(f"\n[{SPACE}]+(?=\n)")
BLANK_LINES = re.compile("\n{3,}")
LEADING = re.compile(f"[{SPACE}\n]*\n")  # greedy: up to the last line break before the first character
EDGE = characters("space", "tab", "wide_space", "odd_space", "newline")
DETECTED = f"\\n[{SPACE}]+\\n|\\A[{SPACE}]+(\\n|\\z)|\\n[{SPACE}]+\\z"  # RE2: lines that hold only spaces


class LineBreaks(Step):
    """Unify line breaks and collapse blank lines."""

    def detect(self, batch: Batch) -> list[Finding]:
        """Rows with another line break than a newline, or with blank lines to take away, by the profile."""
        odd = counter(batch, "odd_break")
        blank = counter(batch, "blank_run", "edge_break")
        suspects = np.flatnonzero((counter(batch, "edge_space") > 0) & (blank == 0))
        blank[matching(batch["text"], suspects, DETECTED)] += 1
        return [
            Finding(code, rows, number[rows].astype(np.float64))
            for code, number in (("odd_line_break", odd), ("blank_lines", blank))
            for rows in [np.flatnonzero(number)]
        ]

    def repair(self, row: Row) -> Edit:
        text, odd = ODD_BREAK.subn("\n", row.text)
        text, spaces_only = SPACES_ONLY.subn("\n", text)
        text, blank = BLANK_LINES.subn("\n\n", text)
        inside = _without_edges(text)
        return Edit(inside, odd + spaces_only + blank + (inside != text))


def _without_edges(text: str) -> str:
    """The text without its blank first and last lines; the indentation of the first line that is not blank stays."""
    core = text.rstrip(EDGE)
    if not core:
        return ""
    tail = text[len(core) :].partition("\n")[0]
    head = LEADING.match(core)
    return core[head.end() if head else 0 :] + tail

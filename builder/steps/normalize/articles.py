"""Set the articles of one newspaper page apart by one blank line, and nothing else by any.

A page read by machine has blank lines between paragraphs, between articles, or anywhere. Where bylines show that a document is
such a page, blank lines are decided anew from the other lines, so that one more or less in the input changes nothing.
"""

from __future__ import annotations

import re
from typing import ClassVar

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.layout.articles import borders
from builder.text.layout.page_lines import SIGNED_BYLINE, is_byline
from builder.text.needles import holding
from builder.text.pattern import matching

REPORTERS = ("本报记", "本报通")  # how nearly all bylines without a sign begin
NEWS = "本报讯"  # and what many articles without one
BEGINS = re.compile("|".join((*REPORTERS, NEWS)))
OFTEN = 2  # of both make a page: one article has one


class Articles(Step):
    """Separate the articles of a newspaper page."""

    version: ClassVar[int] = 1

    min_bylines: int = Field(default=OFTEN, ge=1)  # lines

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents with a byline behind a sign, or with several others."""
        lines = counter(batch, "newline") > 0
        squares = matching(batch["text"], np.flatnonzero(lines & (counter(batch, "other_symbol") > 0)), SIGNED_BYLINE)
        named = [
            row
            for row in holding(batch["text"], *REPORTERS, NEWS)
            if lines[row] and self._has_bylines(batch["text"][int(row)].as_py())
        ]
        return [Finding("joined_articles", np.union1d(squares, np.array(named, np.int64)))]

    def _has_bylines(self, text: str) -> bool:
        found = line = 0  # where a line begins: at most the first word of each is looked at
        while begin := BEGINS.search(text, line):
            line, end = text.rfind("\n", line, begin.start()) + 1 or line, text.find("\n", begin.end())
            end = end if end >= 0 else len(text)
            if not text[line : begin.start()].strip():
                found += begin[0] == NEWS or is_byline(text[begin.start() : end])
            line = end + 1
        return found >= self.min_bylines

    def repair(self, row: Row) -> Edit:
        """The page with one blank line before each article but the first; a single article stays as it is."""
        lines = [line for line in row.text.split("\n") if line.strip()]
        begins = set(borders(lines))
        if not begins:
            return Edit(row.text, 0)
        text = "".join(f"{_break(place, begins)}{line}" for place, line in enumerate(lines))
        return Edit(text, abs(text.count("\n") - row.text.count("\n")) or 1) if text != row.text else Edit(row.text, 0)


def _break(place: int, begins: set[int]) -> str:
    """What stands before a line."""
    if not place:
        return ""
    return "\n\n" if place in begins else "\n"

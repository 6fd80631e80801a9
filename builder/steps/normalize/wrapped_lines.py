"""Put wrapped paragraphs together: rows that end in a space or a line break at one width, and paragraphs parted by a column.

A page read by machine keeps the rows of its columns, and a program that wraps leaves rows of one length. Both show in the
widths: so headings, verse, lists, law and aligned text, whose spaces and line breaks mean something, stay as they are. Where a
page proves no width, nothing is joined.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from builder.core.batch import Batch
from builder.core.step import Edit, Finding, Row, Step
from builder.text.layout.unwrap import unwrapped
from builder.text.layout.wraps import IN_BAND, IN_NARROW, PEAK, TOTAL, breaks_inside


class WrappedLines(Step):
    """Join the rows of wrapped paragraphs."""

    version: ClassVar[int] = 3

    # Breaks inside of Chinese behind pieces of exactly one width, and their share of all: worth a closer look.
    min_breaks: int = Field(default=3, ge=1)
    min_ratio: float = Field(default=0.3, gt=0, le=1)
    # The same for pieces of one width but for a character or two.
    min_filled_ratio: float = Field(default=0.5, gt=0, le=1)
    # The same for pieces of nearly one width, as in a justified column.
    min_column_breaks: int = Field(default=6, ge=1)
    min_column_ratio: float = Field(default=0.6, gt=0, le=1)

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents in which many breaks stand behind pieces of one width."""
        found = breaks_inside(batch["text"])
        exact, filled, near, total = (found[:, column] for column in (PEAK, IN_NARROW, IN_BAND, TOTAL))
        wrapped = (exact >= self.min_breaks) & (exact >= self.min_ratio * total)
        wrapped |= (filled >= self.min_breaks) & (filled >= self.min_filled_ratio * total)
        wrapped |= (near >= self.min_column_breaks) & (near >= self.min_column_ratio * total)
        hit = np.flatnonzero(wrapped)
        share = np.maximum(exact, near)[hit] / total[hit]
        return [Finding("wrapped_text", hit, share, self.min_ratio)]

    def repair(self, row: Row) -> Edit:
        """Join what was wrapped."""
        return Edit(*unwrapped(row.text))

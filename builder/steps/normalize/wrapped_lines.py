"""Put wrapped paragraphs together: rows that end in a space or a line break at one width, and paragraphs parted by a column.

A page read by machine keeps the rows of its columns, and a program that wraps leaves rows of one length. Both show in the
widths: so headings, verse, lists, law and aligned text, whose spaces and line breaks mean something, stay as they are. Where a
page proves no width, nothing is joined.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.layout.unwrap import unwrapped
from builder.text.layout.wraps import IN_BAND, PEAK, TOTAL, breaks_inside


class WrappedLines(Step):
    """Join the rows of wrapped paragraphs."""

    # Breaks inside of Chinese behind pieces of exactly one width, and their share of all: worth a closer look.
    min_breaks: int = Field(default=3, ge=1)
    min_ratio: float = Field(default=0.15, gt=0, le=1)
    # The same for pieces of nearly one width, as in a justified column.
    min_column_breaks: int = Field(default=6, ge=1)
    min_column_ratio: float = Field(default=0.6, gt=0, le=1)

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents in which many breaks stand behind pieces of one width."""
        rows = np.flatnonzero(counter(batch, "han_spaced") + counter(batch, "newline") >= self.min_breaks)
        found = breaks_inside(batch["text"].take(rows))
        exact, near, total = found[:, PEAK], found[:, IN_BAND], found[:, TOTAL]
        wrapped = (exact >= self.min_breaks) & (exact >= self.min_ratio * total)
        column = (near >= self.min_column_breaks) & (near >= self.min_column_ratio * total)
        hit = np.flatnonzero(wrapped | column)
        share = np.maximum(exact, near)[hit] / total[hit]
        return [Finding("wrapped_text", rows[hit], share, self.min_ratio)]

    def repair(self, row: Row) -> Edit:
        """Join what was wrapped."""
        return Edit(*unwrapped(row.text))

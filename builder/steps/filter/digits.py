"""Drop documents of numbers: tables of prices and results, logs, telephone lists, rows of identifiers.

CT-LLM (MAP-CC) and C4-zh drop above 0.3. Of 16,330 clean documents 999 in 1,000 have at most 0.2, the highest, a list of a
soldier's decorations, 0.301; the limit stands above it. Tables, code and lyrics with the time before
each line hold numbers by right. A short notice is judged without its dates, times and telephone numbers
(`builder/text/notes.py`); duty rosters, phone books and lists of prices are data and go.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, counter, visible_chars
from builder.core.limits import above_limits
from builder.core.step import Finding, Step
from builder.text.genre import Genre, genres
from builder.text.notes import unlike_notices


class Digits(Step):
    """Drop documents with too many digits."""

    version: ClassVar[int] = 2

    max_digit_ratio: float = Field(default=0.35, ge=0, le=1)  # ASCII digits per character that is no space
    max_table_ratio: float = Field(default=0.5, ge=0, le=1)  # the same, in the kinds of text below
    numeric: tuple[Genre, ...] = ("table", "code", "verse")
    max_note_chars: int = Field(default=200, ge=0)  # of a notice that is judged without its numbers

    def detect(self, batch: Batch) -> list[Finding]:
        """Share of ASCII digits, against the limit of the document's genre."""
        ratio = counter(batch, "digit") / np.maximum(visible_chars(batch), 1)
        rows = np.flatnonzero(ratio > min(self.max_digit_ratio, self.max_table_ratio))
        short = visible_chars(batch) <= self.max_note_chars
        rows = unlike_notices(batch["text"], rows, short, lambda left: left.digits > self.max_digit_ratio * left.chars)
        numeric = np.isin(genres(batch["text"], rows), self.numeric)
        return above_limits("high_digit_ratio", rows, ratio[rows], numeric, self.max_digit_ratio, self.max_table_ratio)

"""Drop documents whose lines are cut off: teasers that end in an ellipsis, 更多, 展开 or 全文.

Gopher (MassiveText, 2021) and CT-LLM (MAP-CC) allow 0.3 of the lines. Of 16,330 clean documents 999 in 1,000 have at most 0.08,
dialogue 0.154; one has more than 0.17, the index of a web log, each entry with its teaser (0.48). Verse and dialogue may let
their sentences trail off.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, counter
from builder.core.limits import above_limits
from builder.core.step import Finding, Step
from builder.text.genre import Genre, genres
from builder.text.genre_cuts import cut_off_lines


class CutLines(Step):
    """Drop documents of which too many lines are cut off."""

    version: ClassVar[int] = 2

    max_cut_ratio: float = Field(default=0.3, ge=0, le=1)  # lines that are cut off, of those that are not blank
    max_spoken_ratio: float = Field(default=0.6, ge=0, le=1)  # the same, in the kinds of text below
    spoken: tuple[Genre, ...] = ("verse", "dialogue")
    min_lines: int = Field(default=5, ge=1)  # of a document that is judged

    def detect(self, batch: Batch) -> list[Finding]:
        """Share of lines that are cut off, against the limit of the document's genre."""
        rows = np.flatnonzero(counter(batch, "lines") >= self.min_lines)
        lines, cut = cut_off_lines(batch["text"], rows)
        ratio = cut / np.maximum(lines, 1)
        many = (lines >= self.min_lines) & (ratio > min(self.max_cut_ratio, self.max_spoken_ratio))
        rows, ratio = rows[many], ratio[many]
        spoken = np.isin(genres(batch["text"], rows), self.spoken)
        return above_limits("many_cut_lines", rows, ratio, spoken, self.max_cut_ratio, self.max_spoken_ratio)

"""Drop documents that are hardly Chinese: Han characters per character that is no space.

The default is the published one of EvalWeb (ChineseWebText, 0.30), applied after the repairs, which is what makes it
harmless: a page whose characters are all spaced apart has 29 % Han of its raw text. Of 16,330 clean documents of twenty
genres it drops none; the leanest, encyclopaedia entries full of formulas and API documentation, begin at 0.38 and 0.40.
Pages in other scripts, lists of addresses and binary junk lie far below. Japanese is written with a third of Han and can
pass: kana are not what is measured here. A short notice is judged without its dates, times and telephone numbers
(`builder/text/notes.py`).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, counter, visible_chars
from builder.core.step import Finding, Step
from builder.text.notes import unlike_notices


class HanRatio(Step):
    """Drop documents with too few Han characters."""

    version: ClassVar[int] = 2

    min_han_ratio: float = Field(default=0.3, ge=0, le=1)  # Han per character that is no space
    max_note_chars: int = Field(default=200, ge=0)  # of a notice that is judged without its numbers

    def detect(self, batch: Batch) -> list[Finding]:
        """Share of Han among the characters that are no spaces, against the minimum."""
        ratio = counter(batch, "han") / np.maximum(visible_chars(batch), 1)
        rows = np.flatnonzero(ratio < self.min_han_ratio)
        short = visible_chars(batch) <= self.max_note_chars
        rows = unlike_notices(batch["text"], rows, short, lambda left: left.han < self.min_han_ratio * left.chars)
        return [Finding("low_han_ratio", rows, ratio[rows], self.min_han_ratio)]

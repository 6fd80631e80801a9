"""Drop documents full of U+FFFD: pages that were decoded in a wrong encoding, and whose bytes are lost for good.

`normalize.mojibake` and `normalize.lost_characters` come first: what they can read again or take out is no reason to drop. Of
16,330 clean documents ten hold the character at all, none five of them to a hundred others. A page that lost one in a hundred has
lost something in every second sentence and can still be read; with one in twenty hardly a sentence is whole. The least number
keeps a note that shows the sign once or twice.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, counter, visible_chars
from builder.core.step import Finding, Step


class Replacement(Step):
    """Drop documents in which too many characters are lost."""

    max_lost_ratio: float = Field(default=0.05, ge=0, le=1)  # U+FFFD per character that is no space
    min_lost_chars: int = Field(default=5, ge=1)  # U+FFFD of a document that is judged

    def detect(self, batch: Batch) -> list[Finding]:
        """Share of U+FFFD of the documents that hold enough of them, against the limit."""
        lost = counter(batch, "replacement")
        ratio = lost / np.maximum(visible_chars(batch), 1)
        rows = np.flatnonzero((lost >= self.min_lost_chars) & (ratio > self.max_lost_ratio))
        return [Finding("lost_characters", rows, ratio[rows], self.max_lost_ratio)]

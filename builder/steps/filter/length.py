"""Drop documents that are too short to teach anything, or too long to be one document. Counted without spaces.

A quatrain of five-character lines has 20 Han and four marks, so the lower default keeps every poem that is whole. The
upper one keeps the longest novels (Hong Lou Meng has about 0.9 million characters) and drops dumps.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, visible_chars
from builder.core.step import Finding, Step


class Length(Step):
    """Drop documents outside a range of lengths."""

    min_chars: int = Field(default=20, ge=0)  # characters that are no spaces
    max_chars: int = Field(default=2_000_000, ge=1)  # characters that are no spaces

    def detect(self, batch: Batch) -> list[Finding]:
        """Characters that are no spaces, against both limits."""
        length = visible_chars(batch)
        short = np.flatnonzero(length < self.min_chars)
        long = np.flatnonzero(length > self.max_chars)
        return [
            Finding("too_short", short, length[short].astype(np.float64), float(self.min_chars)),
            Finding("too_long", long, length[long].astype(np.float64), float(self.max_chars)),
        ]

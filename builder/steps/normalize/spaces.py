"""Spaces: one kind between words, none at the ends of lines, none before a paragraph.

No-break, thin and other odd spaces become U+0020. Two ideographic spaces before a paragraph are layout and go; inside a
line they carry meaning (the number of an article, the halves of a verse, the columns of a table) and stay, as do runs of
spaces. ASCII indentation goes before Chinese only: code, lists and what stands below a list item keep theirs. Where nearly all
lines of a Chinese text begin with one and the same indentation, it goes from all of them, and the rest of a deeper one stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edits, Finding, Step
from builder.text.indentation import spaced_edges, trimmed


class Spaces(Step):
    """Unify spaces, trim lines and remove the indentation of paragraphs."""

    version: ClassVar[int] = 2

    def detect(self, batch: Batch) -> list[Finding]:
        """Rows with odd, trailing or leading spaces, by the profile."""
        odd = counter(batch, "odd_space")
        rows = np.flatnonzero(odd)
        edges = np.flatnonzero(counter(batch, "edge_space"))
        trailing, indented = spaced_edges(batch["text"], edges)
        return [
            Finding("odd_space", rows, odd[rows].astype(np.float64)),
            Finding("trailing_space", edges[trailing]),
            Finding("indentation", edges[indented]),
        ]

    def repair_all(self, batch: Batch, rows: np.ndarray, codes: Mapping[str, np.ndarray]) -> Edits:
        """Fold odd spaces, cut trailing ones and the indentation of Chinese lines."""
        none = np.zeros(len(rows), bool)
        texts, counts = trimmed(batch["text"], rows, codes.get("indentation", none), ~codes.get("odd_space", none))
        return Edits(texts, dict(zip(("trailing_space", "indentation", "odd_space"), counts, strict=True)))

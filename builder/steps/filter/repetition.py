"""Drop documents that say the same thing again and again: a stuffed phrase, a template filled in, a page pasted twice.

Measured on letters and numbers alone, after folding width, case and script, so that spaces and marks between copies hide
nothing. A run of letters is *repeated* when it has stood in the document before. Published rules count words, which
unsegmented Chinese does not have, and their limits do not carry over: over characters, those of Gopher (MassiveText, 2021) drop
99 % of law, 88 % of product documentation and 5 % of books and verse; those of FineWeb 2 for Chinese 97, 78 and 4 to 6 %.

These limits stand above the highest value in any of 16,330 clean documents of nineteen genres:

- runs of 20 letters: 0.38 (product documentation); verse 0.33, law and novels 0.23. Pages pasted twice have 0.4 to 0.5;
- runs of 4: 0.58 (classical prose in parallel phrases); law 0.54. Names filled into one template have 0.7 and more;
- the commonest run of 4: 0.30 of the letters (release notes); classical prose 0.28;
- lines: 0.53, by characters 0.49 (verse with its poet's name above each poem; lists of the members of a class).

A short poem keeps its refrain, because the runs of short texts are not judged; songs stay below the limits too.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, counter
from builder.core.step import Finding, Step
from builder.text.canonical import canonical_codes
from builder.text.repetition import repeated_lines, repeated_runs
from builder.text.run_bounds import run_bounds

PHRASE, PASSAGE = 4, 20  # letters of a run


class Repetition(Step):
    """Drop documents of which too much is repeated."""

    max_dominant_ratio: float = Field(default=0.35, ge=0, le=1)  # letters in the commonest run of 4, per letter
    max_phrase_ratio: float = Field(default=0.7, ge=0, le=1)  # repeated runs of 4, per letter
    max_passage_ratio: float = Field(default=0.4, ge=0, le=1)  # repeated runs of 20, per letter
    min_letters: int = Field(default=150, ge=1)  # of a document that is judged by its runs
    max_line_ratio: float = Field(default=0.7, ge=0, le=1)  # repeated lines, per line that is not blank
    max_line_chars_ratio: float = Field(default=0.5, ge=0, le=1)  # characters of repeated lines, per character
    min_lines: int = Field(default=10, ge=1)  # of a document that is judged by its lines

    def detect(self, batch: Batch) -> list[Finding]:
        """Repeated runs of letters, then repeated lines, each as a share, against its limit."""
        return [*self._runs(batch), *self._lines(batch)]

    def _runs(self, batch: Batch) -> list[Finding]:
        """A repeated run of 20 has a repeated run of 4 in its place, so few documents are measured twice."""
        offsets, codes = canonical_codes(batch["text"])
        letters = np.diff(offsets)
        rows = np.flatnonzero(letters >= self.min_letters)
        repeats, most = run_bounds(codes, offsets, rows, PHRASE)
        possible = repeats >= min(self.max_passage_ratio, self.max_phrase_ratio) * letters[rows]
        rows = rows[possible | (PHRASE * most >= self.max_dominant_ratio * letters[rows])]
        repeats, most = repeated_runs(codes, offsets, rows, PHRASE)
        suspects = rows[repeats > self.max_passage_ratio * letters[rows]]
        passages, _ = repeated_runs(codes, offsets, suspects, PASSAGE)
        return [
            _above("dominant_phrase", rows, np.minimum(PHRASE * most / letters[rows], 1), self.max_dominant_ratio),
            _above("repeated_passages", suspects, passages / letters[suspects], self.max_passage_ratio),
            _above("repeated_phrases", rows, repeats / letters[rows], self.max_phrase_ratio),
        ]

    def _lines(self, batch: Batch) -> list[Finding]:
        rows = np.flatnonzero(counter(batch, "lines") >= self.min_lines)
        found = repeated_lines(batch["text"], rows)
        enough = np.flatnonzero(found.lines >= self.min_lines)
        by_line = found.repeated_lines[enough] / found.lines[enough]
        by_char = found.repeated_chars[enough] / found.chars[enough]
        return [
            _above("repeated_lines", rows[enough], by_line, self.max_line_ratio),
            _above("repeated_paragraphs", rows[enough], by_char, self.max_line_chars_ratio),
        ]


def _above(code: str, rows: np.ndarray, ratios: np.ndarray, limit: float) -> Finding:
    """The rows whose ratio is above the limit."""
    high = np.flatnonzero(ratios > limit)
    return Finding(code, rows[high], ratios[high], limit)

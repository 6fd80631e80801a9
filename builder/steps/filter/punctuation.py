"""Drop documents that are no sentences: lists of keywords or headlines without punctuation, and heaps of symbols.

Measured over 16,330 clean documents of nineteen genres, marks and stops per character that is no space:

- marks (punctuation, ASCII counted too): 999 of 1,000 documents have 0.02 and more, release notes 0.01. Below that stand one
  table of contents and unpunctuated verse; lists of keywords parted by spaces have none.
- stops (the full stop in its Chinese, fullwidth, halfwidth and ASCII forms): prose has 0.01 to 0.04, and of 10,890 documents of
  500 characters or more only verse and one without any marks fall below 0.0005, that is, none on a page. Lists of headlines have
  none, though marks enough (0.05 to 0.08). Shorter documents may be one long sentence, and where the sentences are questions and
  exclamations, other terminal marks stand for the stops.
- marks and symbols together: at most 0.41, in tales parted by rows of hyphens; drawn tables have 0.5 to 0.86. Data-juicer's 0.25
  for special characters drops 13 % of old prose.

Verse without stops is told by the profile: Han and Chinese marks alone, in short lines. So pass menus and headlines of short
Chinese lines, which counting cannot tell from verse. Text that was never punctuated passes too: Han alone, without spaces.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from builder.core.batch import Batch, counter, visible_chars
from builder.core.step import Finding, Step
from builder.text.full_stops import full_stops

MARKS = ("terminal_mark", "cjk_mark", "ascii_mark")
SYMBOLS = (*MARKS, "ascii_symbol", "other_symbol")
GAPS = ("space", "wide_space", "odd_space")


class Punctuation(Step):
    """Drop documents with hardly any punctuation, without full stops, or with more symbols than text."""

    min_mark_ratio: float = Field(default=0.01, ge=0, le=1)  # punctuation marks per character that is no space
    min_marked_chars: int = Field(default=100, ge=0)  # characters of a document that must have marks
    min_stop_ratio: float = Field(default=0.0005, ge=0, le=1)  # full stops per character that is no space
    min_stopped_chars: int = Field(default=500, ge=0)  # characters of a document that must have full stops
    max_symbol_ratio: float = Field(default=0.6, ge=0, le=1)  # marks and symbols per character that is no space

    PURE_RATIO: ClassVar[float] = 0.98  # Han and Chinese marks of all characters, in verse and text of the old manner
    VERSE_LINE: ClassVar[int] = 20  # characters of a mean line: two phrases of seven, and marks
    BARE_GAPS: ClassVar[float] = 0.02  # spaces per Han in text that was never punctuated; lists of keywords have 0.15 and more
    TERMINAL_RATIO: ClassVar[float] = 0.03  # terminal marks of all kinds: prose has 0.02 and full stops, headlines at most 0.016

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents with too few marks or stops for their length, verse and old text apart, or with too many symbols."""
        visible = visible_chars(batch)
        size = np.maximum(visible, 1)
        marks, symbols = counter(batch, *MARKS) / size, counter(batch, *SYMBOLS) / size
        verse, bare_text = self._verse(batch, size)
        few = marks < self.min_mark_ratio
        bare = np.flatnonzero(few & ~verse & ~bare_text & (visible >= self.min_marked_chars))
        endless = ~few & ~verse & (visible >= self.min_stopped_chars)
        endless &= counter(batch, "terminal_mark") < self.TERMINAL_RATIO * visible
        unstopped, stops = self._unstopped(batch["text"], np.flatnonzero(endless), size)
        heaps = np.flatnonzero(symbols > self.max_symbol_ratio)
        return [
            Finding("low_mark_ratio", bare, marks[bare], self.min_mark_ratio),
            Finding("low_stop_ratio", unstopped, stops, self.min_stop_ratio),
            Finding("high_symbol_ratio", heaps, symbols[heaps], self.max_symbol_ratio),
        ]

    def _verse(self, batch: Batch, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(bool[n], bool[n]): nothing but Han and Chinese marks, in short lines; the same without spaces."""
        han = counter(batch, "han")
        pure = han + counter(batch, "terminal_mark", "cjk_mark") >= self.PURE_RATIO * size
        short = size <= self.VERSE_LINE * counter(batch, "lines")
        return pure & short, pure & (counter(batch, *GAPS) <= self.BARE_GAPS * han)

    def _unstopped(self, texts: pa.ChunkedArray, rows: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(rows, ratios): those of `rows` with too few full stops."""
        enough = np.ceil(self.min_stop_ratio * size[rows]).astype(np.int64)
        stops = full_stops(texts, rows, enough)
        ratios = stops / size[rows]
        few = ratios < self.min_stop_ratio
        return rows[few], ratios[few]

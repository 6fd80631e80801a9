"""Bring text to Unicode's normal form C: one spelling for each accented letter, each Hangul syllable, each compatibility Han.

Never NFKC: it turns fullwidth Chinese punctuation into ASCII, the ellipsis into three stops and a circled 1 into a 1.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step

# Between two of these, normalization of one side never looks at the other: ASCII white space and unified Han compose
# with nothing (UAX #15, section 9). What lies between is one place.
RUN = re.compile(r"[^\x09\x0a\x0d\x20\u4e00-\u9fff]+")


class UnicodeForm(Step):
    """Compose to NFC."""

    def detect(self, batch: Batch) -> list[Finding]:
        suspects = counter(batch, "not_nfc")
        rows = np.flatnonzero(suspects)
        return [Finding("not_nfc", rows, suspects[rows].astype(np.float64))]

    def repair(self, row: Row) -> Edit:
        text = unicodedata.normalize("NFC", row.text)
        return Edit(text, 0 if text == row.text else _places(row.text))


def _places(text: str) -> int:
    """Runs of characters that normalization changes."""
    return sum(not unicodedata.is_normalized("NFC", run[0]) for run in RUN.finditer(text))

"""Questions with answers to choose from: three and more, lettered in order. Their lines need no full stops."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from builder.text.pattern import matching

# RE2: A. …, B. … and C. …, at the heads of lines or behind spaces, each answer of up to two lines of 200 characters
ANSWER = r"[\s\x{{3000}}\x{{a0}}][(（]?{}[)）.．、:：]"
BETWEEN = r"[^\n]{1,200}?(?:\n[^\n]{0,200}?)?"
CHOICES = BETWEEN.join(ANSWER.format(letter) for letter in "ABC") + r"[^\n]"


def choice_questions(texts: pa.ChunkedArray, rows: np.ndarray) -> np.ndarray:
    """int64[k]: those of `rows` (positions in a column of strings) that hold such a question."""
    return matching(texts, rows, CHOICES)

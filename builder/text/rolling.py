"""A hash of runs of letters that rolls from one to the next: a polynomial modulo 2**64, for kernels.

Karp and Rabin, "Efficient randomized pattern-matching algorithms", 1987.
"""

from __future__ import annotations

import numpy as np

from builder.text.kernel import inlined
from builder.text.mixing import GOLDEN

FACTOR = GOLDEN


@inlined
def oldest_factor(width: int) -> np.uint64:
    """What the oldest letter of a run of `width` was multiplied with."""
    leaving = np.uint64(1)
    for _ in range(width - 1):
        leaving *= np.uint64(FACTOR)
    return leaving


@inlined
def begun(letters: np.ndarray, width: int) -> np.uint64:
    """The hash of the first run without its last letter."""
    hashed = np.uint64(0)
    for place in range(width - 1):
        hashed = hashed * np.uint64(FACTOR) + np.uint64(letters[place])
    return hashed

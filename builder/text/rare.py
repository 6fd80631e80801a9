"""Pairs of neighbours that are rare in a set of texts, found in two passes over a table of counts.

Two pairs may share a place in the table. Then a rare one passes for a common one, and never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from builder.text.kernel import kernel
from builder.text.readonly import UINT32

PLACES = 24  # bits: 64 MB of counts; 20 million characters of Chinese have about a million kinds of pairs
SPACE = 0x20  # this and what is below it


@kernel(f"void({UINT32}, uint32[::1])")
def _count(codes: np.ndarray, counts: np.ndarray) -> None:
    # Fibonacci hashing: Knuth, The Art of Computer Programming, volume 3, section 6.4.
    for at in range(len(codes) - 1):
        pair = np.uint64(codes[at]) << np.uint64(21) | np.uint64(codes[at + 1])
        counts[(pair * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)] += np.uint32(1)


@kernel(f"int64({UINT32}, {UINT32}, uint32, uint32, uint32[::1])")
def _cut(codes: np.ndarray, counts: np.ndarray, minimum: int, mark: int, cut: np.ndarray) -> int:
    """Copy the codes with a mark inside each rare pair; how many were written. Line breaks and spaces are borders already."""
    written = 0
    for at in range(len(codes)):
        if at and min(codes[at - 1], codes[at]) > SPACE:
            pair = np.uint64(codes[at - 1]) << np.uint64(21) | np.uint64(codes[at])
            if counts[(pair * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)] < minimum:
                cut[written] = mark
                written += 1
        cut[written] = codes[at]
        written += 1
    return written


class RarePairs:
    """The pairs of neighbouring characters that stand fewer than `minimum` times in the texts."""

    def __init__(self, texts: Iterable[str], minimum: int) -> None:
        self._minimum = minimum
        self._counts = np.zeros(1 << PLACES, np.uint32)
        for text in texts:
            _count(_codes(text), self._counts)

    def cut(self, text: str, mark: str) -> str:
        """The text with `mark` between the two characters of each rare pair, save beside spaces and control characters."""
        codes = _codes(text)
        cut = np.empty(2 * len(codes), np.uint32)
        written = _cut(codes, self._counts, np.uint32(self._minimum), np.uint32(ord(mark)), cut)
        return cut[:written].tobytes().decode("utf-32-le")


def _codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)

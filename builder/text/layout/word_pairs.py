"""What lines say: the pairs of Han next to each other, without those that hold a word of grammar."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from builder.text.layout.letters import IS_GRAMMAR, IS_HAN, codes_of, flags

LINE_FEED = 0x0A
HAN_BITS = 18  # of a code point: U+323AF is the last
PAIR = (1 << 2 * HAN_BITS) - 1

Words = frozenset[int]


class Said(NamedTuple):
    """Pairs of some lines, as numbers, one line behind the other."""

    pairs: list[int]
    borders: list[int]  # int[lines + 1]: where in `pairs` each line begins

    def within(self, start: int, end: int) -> Words:
        """The pairs of the lines from one to before another."""
        last = len(self.borders) - 1
        return frozenset(self.pairs[self.borders[min(start, last)] : self.borders[min(end, last)]])


class Pairs:
    """The different pairs of each line, looked for when first asked for."""

    def __init__(self, lines: Sequence[str], most: int) -> None:
        self._lines = lines
        self._most = most

    @cached_property
    def _keys(self) -> np.ndarray:
        """int64[k], ascending: the number of a line above that of a pair."""
        codes = codes_of("\n".join(self._lines)).astype(np.int64)
        plain = flags()[codes] & (IS_HAN | IS_GRAMMAR) == IS_HAN
        places = np.flatnonzero(plain[:-1] & plain[1:])
        line = np.cumsum(codes == LINE_FEED)[places]
        return _distinct(np.sort(line << 2 * HAN_BITS | codes[places] << HAN_BITS | codes[places + 1]))

    @cached_property
    def all(self) -> Said:
        """All pairs."""
        return self._said(self._keys)

    @cached_property
    def seldom(self) -> Said:
        """Those that stand in at most `most` lines."""
        pairs = self._keys & PAIR
        ordered = np.sort(pairs)
        often = _distinct(ordered[self._most :][ordered[self._most :] == ordered[: -self._most]])
        if not often.size:
            return self.all
        places = np.minimum(np.searchsorted(often, pairs), often.size - 1)
        return self._said(self._keys[often[places] != pairs])

    def _said(self, keys: np.ndarray) -> Said:
        borders = np.searchsorted(keys, np.arange(len(self._lines) + 1) << 2 * HAN_BITS)
        return Said((keys & PAIR).tolist(), borders.tolist())


def _distinct(ascending: np.ndarray) -> np.ndarray:
    different = np.ones(ascending.size, bool)
    np.not_equal(ascending[1:], ascending[:-1], out=different[1:])
    return ascending[different]

"""The partition of all code points into character classes, read from the table that scripts/make_tables.py wrote.

A class is named by the counters that its characters add to, joined by `+`: `han+han_traditional+han_convertible`.
`folded_mark` in a name marks the ASCII punctuation that folding fullwidth marks leaves behind; it is no counter.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

CODE_POINTS = 0x110000
DECODABLE = 0x200000  # what four bytes of malformed UTF-8 may decode to: tables reach there, so that no kernel reads past one
TABLES = Path(__file__).parent / "tables"
SPACES = ("space", "tab", "newline", "odd_break", "wide_space", "odd_space")  # the counters of what shows no ink


class Partition(NamedTuple):
    """Every code point's class."""

    names: tuple[str, ...]  # by class number
    class_of: np.ndarray  # uint8[DECODABLE], read-only; past U+10FFFF unassigned
    versions: tuple[str, ...]  # of Unicode and OpenCC, as the table was made

    def members(self, counter: str) -> np.ndarray:
        """bool[0x110000]: the code points that add to a counter."""
        adds = np.array([counter in name.split("+") for name in self.names])
        of_code: np.ndarray = adds[self.class_of[:CODE_POINTS]]
        return of_code


@cache
def partition() -> Partition:
    """The shipped partition, expanded from its run-length form (2 ms)."""
    with np.load(TABLES / "classes.npz", allow_pickle=False) as table:
        names, versions = tuple(table["names"].tolist()), tuple(table["versions"].tolist())
        runs = np.diff(table["starts"], append=np.uint32(CODE_POINTS))
        class_of = np.full(DECODABLE, names.index("unassigned"), np.uint8)
        class_of[:CODE_POINTS] = np.repeat(table["classes"], runs)
    class_of.flags.writeable = False
    return Partition(names, class_of, versions)

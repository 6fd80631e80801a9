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
LINE_SPACES = ("space", "tab", "wide_space", "odd_space")  # the counters of spaces inside a line
SPACES = ("space", "tab", "newline", "odd_break", "wide_space", "odd_space")  # the counters of what shows no ink


class Partition(NamedTuple):
    """Every code point's class."""

    names: tuple[str, ...]  # by class number
    class_of: np.ndarray  # uint8[DECODABLE], read-only; past U+10FFFF unassigned
    starts: np.ndarray  # uint32[k]: where a run of one class begins
    classes: np.ndarray  # uint8[k]: the class of that run
    versions: tuple[str, ...]  # of Unicode and OpenCC, as the table was made

    def members(self, counter: str) -> np.ndarray:
        """bool[0x110000]: the code points that add to a counter."""
        of_code: np.ndarray = self._adding(counter)[self.class_of[:CODE_POINTS]]
        return of_code

    def ranges(self, *counters: str) -> list[tuple[int, int]]:
        """The same of any of several counters as ranges of code points, first and last; from the runs, in microseconds."""
        adds = self._adding(*counters)[self.classes]
        borders = np.flatnonzero(np.diff(adds, prepend=False, append=False))
        edges = np.append(self.starts, np.uint32(CODE_POINTS))[borders].tolist()
        return [(first, end - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]

    def _adding(self, *counters: str) -> np.ndarray:
        """bool[k]: the classes that add to any of the counters."""
        return np.array([not set(counters).isdisjoint(name.split("+")) for name in self.names])


@cache
def partition() -> Partition:
    """The shipped partition, expanded from its run-length form (2 ms)."""
    with np.load(TABLES / "classes.npz", allow_pickle=False) as table:
        names, versions = tuple(table["names"].tolist()), tuple(table["versions"].tolist())
        starts, classes = table["starts"], table["classes"]
        runs = np.diff(starts, append=np.uint32(CODE_POINTS))
        class_of = np.full(DECODABLE, names.index("unassigned"), np.uint8)
        class_of[:CODE_POINTS] = np.repeat(classes, runs)
    class_of.flags.writeable = False
    return Partition(names, class_of, starts, classes, versions)

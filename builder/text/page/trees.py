"""The learned line scorer: trees of decisions over what is measured of a line, shipped as tables/page_lines.npz.

All numbers are integers, so that all machines agree. scripts/page_lines/train.py makes the table.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from builder.text.classes import TABLES
from builder.text.kernel import kernel
from builder.text.readonly import read

INT32 = read("int32", 2)


class Trees(NamedTuple):
    """Complete binary trees, all of one depth. A line goes right where what is measured exceeds the limit."""

    measured: np.ndarray  # int32[trees, inner nodes]: which column; -1: goes left
    limits: np.ndarray  # int32[trees, inner nodes]
    scores: np.ndarray  # int32[trees, leaves]: thousandths of the logarithm of the odds that the line is text
    start: int  # score before the first tree

    def score(self, columns: np.ndarray, lowest: int) -> np.ndarray:
        """int64[n]: how far each line is text, above 0, or page. `columns`: int16[n, measured things].

        No tree is asked once those that are left cannot lift a score to `lowest`, or push it below 0: only from `lowest` to
        -1 scores are exact, above and below they are bounds.
        """
        scores = np.full(len(columns), self.start, np.int64)
        _add(columns, self.measured, self.limits, self.scores, self._rest(), lowest, scores)
        return scores

    def _rest(self) -> np.ndarray:
        """int64[trees, 2]: the least and the most that each tree and those behind it add."""
        each = np.stack([self.scores.min(axis=1), self.scores.max(axis=1)], axis=1).astype(np.int64)
        return np.ascontiguousarray(each[::-1].cumsum(axis=0)[::-1])


@cache
def trees() -> Trees:
    """The shipped trees."""
    with np.load(TABLES / "page_lines.npz") as table:
        return Trees(table["measured"], table["limits"], table["scores"], int(table["start"]))


@cache
def measured() -> tuple[str, ...]:
    """The names of the columns that the shipped trees were learned on."""
    with np.load(TABLES / "page_lines.npz") as table:
        return tuple(table["columns"].tolist())


@kernel(f"void({read('int16', 2)}, {INT32}, {INT32}, {INT32}, {read('int64', 2)}, int64, int64[::1])")
def _add(
    columns: np.ndarray,
    measured: np.ndarray,
    limits: np.ndarray,
    scores: np.ndarray,
    rest: np.ndarray,
    lowest: int,
    out: np.ndarray,
) -> None:
    """Add what each tree says to the scores, or what is left at the least or at the most where that decides."""
    inner = measured.shape[1]
    for line in range(columns.shape[0]):
        for tree in range(measured.shape[0]):
            if out[line] + rest[tree, 0] >= 0:
                out[line] += rest[tree, 0]
                break
            if out[line] + rest[tree, 1] < lowest:
                out[line] += rest[tree, 1]
                break
            node = 0
            while node < inner:
                column = measured[tree, node]
                right = column >= 0 and columns[line, column] > limits[tree, node]
                node = 2 * node + 1 + int(right)
            out[line] += scores[tree, node - inner]

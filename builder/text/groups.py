"""Groups of equal rows in sorted columns."""

from __future__ import annotations

import numpy as np


def is_new(*columns: np.ndarray) -> np.ndarray:
    """bool[n]: whether a row differs from the one before it in any of the columns; the first row does."""
    new = np.zeros(len(columns[0]), bool)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return new


def group_starts(*columns: np.ndarray) -> np.ndarray:
    """int64[k]: where each group of equal rows begins."""
    return np.flatnonzero(is_new(*columns))


def unique_pairs(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different pairs of two columns, ascending."""
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    new = is_new(one, other)
    return one[new], other[new]

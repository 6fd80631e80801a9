"""How far furniture reaches from the edge of a document, given the places of lines that are furniture elsewhere. Compiled."""

from __future__ import annotations

import numpy as np

from builder.text.kernel import kernel
from builder.text.readonly import INT64, UINT8, read

INT32, BOOL = read("int32"), read("boolean")
STAYS, MAY_GO, STRONG, ALONE = range(4)  # strength: never the innermost line; with a strong one; strong; strong by itself
LEAST_HEAD, LEAST_TAIL = (
    3,
    2,
)  # lines of a run, short sentences not counted; a title may be shared, and a tune has a poet's name below
MOST_BETWEEN = 3  # of so many lines of a run, one may be no furniture: a menu's 首页 stands elsewhere too


@kernel(f"void({INT64}, {BOOL}, {INT32}, {UINT8}, {INT32}, int32[::1], int32[::1])")
def _cut(
    borders: np.ndarray,
    is_head: np.ndarray,
    place: np.ndarray,
    strength: np.ndarray,
    contexts: np.ndarray,
    cut: np.ndarray,
    least: np.ndarray,
) -> None:
    """Fill `cut` and `least`. Behind what is no furniture, a run begins anew, and there no line goes alone."""
    for run in range(borders.size - 1):
        first = borders[run]
        count, strong, alone, fewest = 0, 0, False, contexts[first]
        for line in range(first, borders[run + 1]):
            if line > first and place[line] != place[line - 1] + 1:
                count, strong, alone = 0, 0, False
            fewest = min(fewest, contexts[line])
            count += strength[line] != STAYS
            strong += strength[line] >= STRONG
            alone |= strength[line] == ALONE and place[line] == line - first and not is_head[first]
            few = (line - first + 1) * MOST_BETWEEN < (place[line] + 1) * (MOST_BETWEEN - 1)
            enough = count >= (LEAST_HEAD if is_head[first] else LEAST_TAIL) or alone
            if strong and enough and not few and strength[line] != STAYS:
                cut[run], least[run] = place[line] + 1, fewest


def cut_runs(
    borders: np.ndarray, is_head: np.ndarray, place: np.ndarray, strength: np.ndarray, contexts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(lines to cut, the fewest contexts among them), int32[runs]; 0 where all stay.

    `borders`: int64[runs + 1]; the rest by line: whether its run is at the head, lines between it and the edge (ascending in a
    run), strength, contexts.
    """
    cut, least = np.zeros(borders.size - 1, np.int32), np.zeros(borders.size - 1, np.int32)
    _cut(borders, is_head, place, strength, contexts, cut, least)
    return cut, least

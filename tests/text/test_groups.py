"""Groups of equal rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from builder.text.groups import group_starts, is_new, unique_pairs

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=20)


def columns(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(pairs, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@given(PAIRS)
def test_groups_are_those_of_a_loop(pairs: list[tuple[int, int]]) -> None:
    wanted = [row == 0 or pairs[row] != pairs[row - 1] for row in range(len(pairs))]
    assert is_new(*columns(pairs)).tolist() == wanted
    assert group_starts(*columns(pairs)).tolist() == [row for row, new in enumerate(wanted) if new]


@given(PAIRS)
def test_unique_pairs_are_the_sorted_set(pairs: list[tuple[int, int]]) -> None:
    one, other = unique_pairs(*columns(pairs))
    assert list(zip(one.tolist(), other.tolist(), strict=True)) == sorted(set(pairs))

"""Where texts differ, against plain Python."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from builder.text.difference import differ, surroundings

TEXT = st.text("桥桦aé\U00020000\U00020001", max_size=6)  # some begin with the same bytes


def common(one: str, other: str) -> int:
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@given(st.lists(st.tuples(TEXT, TEXT), max_size=6), st.integers(0, 3), st.integers(1, 4))
def test_what_stands_around_a_difference(pairs: list[tuple[str, str]], lead: int, size: int) -> None:
    before = pa.chunked_array([pa.array(["桥", *(one for one, _ in pairs)], pa.large_string())])
    rows, after = np.arange(1, len(pairs) + 1), pa.array([other for _, other in pairs], pa.large_string())
    found = []
    for (one, other), (start, stop, new_stop) in zip(
        pairs, surroundings(before, rows, after, lead, size).T.tolist(), strict=True
    ):
        found.append((one.encode()[start:stop].decode(), other.encode()[start:new_stop].decode()))
    firsts = [max(0, common(*pair) - lead) for pair in pairs]
    assert found == [(one[at : at + size], other[at : at + size]) for (one, other), at in zip(pairs, firsts, strict=True)]
    assert differ(before, rows, after).tolist() == [one != other for one, other in pairs]

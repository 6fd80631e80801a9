"""Excerpts around the first change, and the choice of samples."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from builder.core.sample import EXCERPT_CHARS, LEAD_CHARS, SAMPLES, Sample, excerpts, samples_table, smallest

SHORT = st.text("桥桦路aé\U00020000", max_size=12)


def naive(before: str, after: str) -> int:
    for place, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return place
    return min(len(before), len(after))


@given(st.lists(st.tuples(st.integers(0, 1_000), SHORT, SHORT, st.integers(0, 1_000)), max_size=4))
def test_an_excerpt_begins_before_the_change(parts: list[tuple[int, str, str, int]]) -> None:
    before = ["路长", *("长" * head + one + "尾" * tail for head, one, _, tail in parts)]
    after = ["长" * head + other + "尾" * tail for head, _, other, tail in parts]
    column = pa.chunked_array([pa.array(before, pa.large_string())])
    shown = excerpts(column, np.arange(1, len(before)), pa.array(after, pa.large_string()))
    starts = [max(0, naive(one, other) - LEAD_CHARS) for one, other in zip(before[1:], after, strict=True)]
    windows = [slice(start, start + EXCERPT_CHARS) for start in starts]
    assert shown == [(one[window], other[window]) for one, other, window in zip(before[1:], after, windows, strict=True)]


def sample(order: int, code: str) -> Sample:
    return Sample(order, "step", code, "edit", f"text:0:{order}", "前", "后")


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.sampled_from("ab"))), st.integers(0, 4), st.randoms())
def test_the_smallest_of_each_code_are_kept(pairs: list[tuple[int, str]], limit: int, chance: object) -> None:
    samples = [sample(*pair) for pair in pairs]
    shuffled = list(samples)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    kept = smallest(shuffled, limit)
    assert kept == smallest(samples, limit)
    for code in "ab":
        mine = sorted(one for one in samples if one.code == code)[:limit]
        assert [one for one in kept if one.code == code] == mine


def test_samples_become_a_table() -> None:
    table = samples_table([sample(2**64 - 1, "a")])
    assert table.schema == SAMPLES
    assert table.to_pylist() == [sample(2**64 - 1, "a")._asdict()]
    assert samples_table([]).schema == SAMPLES

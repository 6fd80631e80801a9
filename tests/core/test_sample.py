"""Excerpts around the first change, and the choice of samples."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from builder.core.sample import EXCERPT_CHARS, LEAD_CHARS, SAMPLES, Sample, excerpts, first_difference, samples_table, smallest

SHORT = st.text("桥路a", max_size=12)


def naive(before: str, after: str) -> int:
    for place, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return place
    return min(len(before), len(after))


@given(SHORT, SHORT)
def test_the_first_difference(before: str, after: str) -> None:
    assert first_difference(before, after) == naive(before, after)


@given(st.integers(0, 5_000), st.integers(1, 5_000), SHORT, SHORT)
def test_the_first_difference_of_long_texts(head: int, tail: int, before: str, after: str) -> None:
    one, other = "长" * head + before + "尾" * tail, "长" * head + after + "尾" * tail
    assert first_difference(one, other) == naive(one, other)


@given(st.integers(0, 1_000), SHORT, SHORT)
def test_an_excerpt_begins_before_the_change(head: int, before: str, after: str) -> None:
    one, other = "长" * head + before, "长" * head + after
    shown = excerpts(one, other)
    start = max(0, naive(one, other) - LEAD_CHARS)
    assert shown == (one[start : start + EXCERPT_CHARS], other[start : start + EXCERPT_CHARS])


def test_the_excerpt_of_a_drop_is_its_beginning() -> None:
    assert excerpts("长" * 1_000, None) == ("长" * EXCERPT_CHARS, None)


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

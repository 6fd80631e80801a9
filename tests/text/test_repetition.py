"""Repeated runs and lines against counts in plain Python."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.repetition import LINES, STRETCH, repeated_lines, repeated_runs

LETTERS = st.lists(st.integers(0x4E00, 0x4E02), max_size=60)
WIDTHS = st.integers(1, 12)


def runs(texts: list[list[int]], width: int) -> list[tuple[int, int]]:
    """(repeats, most) of each text."""
    codes = np.array([code for text in texts for code in text], np.uint32)
    offsets = np.cumsum([0, *map(len, texts)]).astype(np.int64)
    repeats, most = repeated_runs(codes, offsets, np.arange(len(texts)), width)
    return list(zip(repeats.tolist(), most.tolist(), strict=True))


def counted(text: list[int], width: int) -> tuple[int, int]:
    times = Counter(tuple(text[start : start + width]) for start in range(len(text) - width + 1))
    most = max(times.values(), default=0)
    return times.total() - len(times), most if most > 1 else 0


@given(st.lists(LETTERS, max_size=6), WIDTHS)
def test_runs_are_those_that_plain_python_counts(texts: list[list[int]], width: int) -> None:
    assert runs(texts, width) == [counted(text, width) for text in texts]


@given(st.lists(LETTERS, min_size=2, max_size=6), WIDTHS)
def test_a_text_is_measured_alike_in_any_company(texts: list[list[int]], width: int) -> None:
    assert runs(texts, width) == [runs([text], width)[0] for text in texts]


@given(LETTERS.filter(bool))
def test_longer_runs_repeat_less_often(text: list[int]) -> None:
    repeats = [runs([text], width)[0][0] for width in range(1, 12)]
    assert repeats == sorted(repeats, reverse=True)


def test_runs_that_differ_are_told_apart_where_a_hash_could_not() -> None:
    """The Thue-Morse word and its complement: any polynomial hash modulo 2**64 gives both the same value."""
    word = [0x4E00]
    for _ in range(11):
        word += [0x4E00 + 0x4E01 - code for code in word]
    other = [0x4E00 + 0x4E01 - code for code in word]
    assert runs([[*word, 0x4E05, *other]], len(word)) == [(0, 0)]
    assert runs([[*word, 0x4E05, *word]], len(word)) == [(1, 2)]


@pytest.mark.parametrize(("size", "seen"), [(STRETCH, True), (STRETCH + 1, False)])
def test_copies_are_seen_within_a_stretch(size: int, seen: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The last letters repeat the first; beyond the stretch they are a text by themselves."""
    letters = np.arange(0x4E00, 0x4E00 + size, dtype=np.uint32)
    letters[-1] = letters[0]
    repeats, most = repeated_runs(letters, np.array([0, size]), np.array([0]), 1)
    assert (repeats[0], most[0]) == ((1, 2) if seen else (0, 0))


def test_only_the_texts_asked_for_are_measured() -> None:
    codes, offsets = np.array([7, 7, 8, 8, 8], np.uint32), np.array([0, 2, 5])
    assert [part.tolist() for part in repeated_runs(codes, offsets, np.array([1]), 1)] == [[2], [3]]
    assert [part.size for part in repeated_runs(codes, offsets, np.array([], np.int64), 1)] == [0, 0]


TEXTS = st.lists(
    st.lists(st.sampled_from(["", " ", "桥", "桥 ", "渡口", "a\tb", "路" * 9]), max_size=20).map("\n".join), max_size=5
)


def lines(texts: list[str | None]) -> list[tuple[int, ...]]:
    found = repeated_lines(pa.array(texts, pa.large_string()), np.arange(len(texts)))
    return list(zip(*(column.tolist() for column in found), strict=True))


@given(TEXTS)
def test_lines_are_those_that_plain_python_counts(texts: list[str]) -> None:
    expected = []
    for text in texts:
        full = [line for line in text.split("\n") if line.strip()]
        times = Counter(full)
        sizes = {line: len("".join(line.split())) for line in full}
        expected.append(
            (
                len(full),
                sum(sizes[line] for line in full),
                len(full) - len(times),
                sum((count - 1) * sizes[line] for line, count in times.items()),
            )
        )
    assert lines([*texts]) == expected


def test_lines_are_forgotten_after_a_stretch() -> None:
    different = [chr(0x4E00 + number // 1000) + chr(0x4E00 + number % 1000) for number in range(LINES)]
    assert lines(["\n".join([*different, different[-1]])])[0][2] == 1
    assert lines(["\n".join([*different, "桥", different[-1]])])[0][2] == 0


def test_missing_and_empty_texts_have_no_lines() -> None:
    assert lines([None, "", "\n\n", "桥"]) == [(0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0), (1, 1, 0, 0)]

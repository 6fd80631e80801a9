"""Bounds of repeated runs against the exact counts."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from builder.text.repetition import STRETCH, repeated_runs
from builder.text.run_bounds import SLOTS, run_bounds

LETTERS = st.lists(st.integers(0x4E00, 0x4E02), max_size=60)


def both(texts: list[list[int]], width: int) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """(bounds, exact counts)."""
    codes = np.array([code for text in texts for code in text], np.uint32)
    offsets = np.cumsum([0, *map(len, texts)]).astype(np.int64)
    rows = np.arange(len(texts))
    return run_bounds(codes, offsets, rows, width), repeated_runs(codes, offsets, rows, width)


@given(st.lists(LETTERS, max_size=6), st.integers(1, 12))
def test_bounds_are_never_too_low(texts: list[list[int]], width: int) -> None:
    bounds, exact = both(texts, width)
    assert (bounds[0] >= exact[0]).all()
    assert (bounds[1] >= exact[1]).all()


def test_bounds_are_near() -> None:
    """Of different runs hardly more than one in two times SLOTS meets another."""
    text = random.Random(1).choices(range(0x4E00, 0x9F00), k=20_000)  # noqa: S311 - any letters
    bounds, exact = both([text], 4)
    assert exact[0][0] == 0
    assert bounds[0][0] <= len(text) / SLOTS
    assert bounds[1][0] <= 6


def test_a_run_that_stands_more_often_than_an_entry_can_count() -> None:
    bounds, exact = both([[0x4E00] * 70_000, [0x4E00] * (STRETCH + 9)], 4)
    assert (bounds[0] >= exact[0]).all()
    assert (bounds[1] >= exact[1]).all()
